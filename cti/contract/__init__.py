"""The MQTT contract as documents for machines, made from the types: JSON Schema, AsyncAPI 3."""
