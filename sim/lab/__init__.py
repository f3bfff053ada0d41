"""The laboratory: one layer of a link by itself, worked from standard input.

``command`` is ``python -m sim lab``. A layer is one module (``lapb``, ``lapd``, ``plp``,
``x25``) that has what ``contract`` says; ``attach`` puts its frames on a socket or line, and
``bench`` runs it on the reactor.
"""
