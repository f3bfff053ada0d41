"""ASAI, the CTI protocol of DEFINITY switches: what is public of it, and placeholders.

``codes`` has the profile: every code with a mark, confirmed, inferred or assigned by this
project. ``values`` says what elements mean, ``elements`` has their rows, ``messages`` is the
codec of whole messages; ``capabilities`` says which message carries which operation, and
``layer`` keeps the associations of one link.

Sources are the DEFINITY ECS manuals 555-230-221 (protocol, issue 6, named S1 here with its
page), 555-230-220 (technical, issue 7, named S2) and 555-230-123 (maintenance, named S7).
"""
