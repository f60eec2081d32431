"""Mutation tests: would the tests notice if one line of the code were wrong?

groups     which modules are changed and which tests are to notice
operators  two changes that mutmut does not make, and the changes that are set aside
settings   pytest plugin: the same examples in every run, and few of them
child      runs mutmut in a scratch copy of the tree
results    what mutmut found, compared with ``survivors.md``, as a table
"""
