"""The telephone exchange behind every face: its words, its state, its procedures.

``sim.switch.Exchange`` puts them together. The modules form layers, each importing only
what stands before it: ``words``, ``timers``, ``steps`` (and ``sim.plan``), ``verbs``,
``views``, ``facts``, ``state``, ``board``, then ``trunks`` and ``routing``, then ``acd``,
``vectors``, ``delivery``, then the procedures ``basic``, ``supplementary``, ``redirect``,
``features``, ``timeouts``.
"""
