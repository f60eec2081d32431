"""Hostile files: what may be given to every reader of plsym, made by code.

seeds     small valid files of every kind
mutate    damage to bytes, to JSON, to archives and to models, drawn from a random generator
targets   one function for each kind of file that reads it as a user would
child     runs a target on many files with bounded memory and time
"""
