"""BER (ITU-T X.690): pyasn1 types as the declaration, generated source as the codec.

``asn1`` has the few words a declaration is written with, ``compiler`` turns declared types
into the source of a codec module, ``jsonform`` shows records as JSON and reads them back.
"""
