"""A believable organisation, Nordlys Instruments, with months of conversations: to look around in, and to measure.

Everybody in it is invented; addresses lie under `.example`, telephone numbers where nobody is called.
"""
