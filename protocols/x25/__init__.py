"""X.25 packet layer (ITU-T X.25 (10/96) sections 3 to 6, ISO/IEC 8208).

``packets``, ``facilities`` and ``causes`` are the codec and its tables; ``restart``,
``channel`` and ``flow`` the machines of the layer, of a logical channel and of its data
transfer; ``layer`` routes between them. ``primitives`` is their common interface.
"""
