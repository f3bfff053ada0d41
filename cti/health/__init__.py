"""How the bridge is: for probes, for Prometheus, for people."""
