"""XOT: X.25 packets over TCP (RFC 1613).

``framer`` finds packets in the stream and knows which of them XOT carries, ``pvc`` is the
packet that sets up permanent circuits.
"""
