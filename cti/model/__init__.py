"""The normalized telephony model: states, causes, numbers, objects, events, commands.

Plain frozen data in the words of CSTA phase III; the vocabulary of all drivers, of the
tracker and of the northbound side.
"""
