"""HDLC framing: frames in a stream of octets or bits (ISO/IEC 13239, RFC 1662).

``octets`` is the start/stop (asynchronous) form with octet stuffing, ``bits`` the
bit-stuffed form of synchronous lines, ``fcs`` the frame check sequence of both.
"""
