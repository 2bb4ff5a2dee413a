"""Kinds of record that an administrator makes at run time: machines, contracts, projects."""
