"""Switch drivers: one package per family of switches."""
