"""LAPD: the data link layer of an ISDN D channel (ITU-T Q.920, Q.921).

``frames`` is the codec; ``link`` the machine of one data link connection, ``transfer`` its
procedures; ``tei``, ``tei_user`` and ``tei_network`` manage terminal endpoint identifiers;
``layer`` joins them into one side of a D channel.
"""
