"""A face of the exchange that speaks ASAI, as a DEFINITY switch does.

``face`` reads messages and keeps the associations of one link; ``start`` brings the link up;
``openings``, ``control``, ``features``, ``queries`` and ``routing`` are the capability groups;
``events`` makes event reports of what the exchange tells, and ``audience`` says which
association hears them. ``hub`` puts faces on an exchange.

Clauses are those of the DEFINITY ECS manuals 555-230-221 (S1) and 555-230-220 (S2). Codes that
are not public are placeholders of the laboratory profile of ``protocols.asai``.
"""
