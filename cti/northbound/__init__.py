"""The north side: events, states, status and commands as MQTT topics and JSON payloads."""
