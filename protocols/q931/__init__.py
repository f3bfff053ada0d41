"""Q.931 and Q.932: messages of ISDN call control and what is built on them.

``messages`` is the codec of whole messages, ``values`` what elements mean, ``contents`` their
octets and ``table`` the row of each; ``treatment`` says what a receiver does about a faulty
message, ``segments`` cuts and joins long ones, ``facility`` reads what facility elements carry.
"""
