"""Theorems of the literature as files: hypotheses checked, conclusions computed, exactly.

case       what a theorem writes while it is verified: hypotheses, conclusions, numbers
registry   `verify` one theorem on one instance, `audit` a claim that may be false
constants  rho_q and other things that several statements share
laws       expectations over random networks; crossing_laws: over random neurons
catalogue  the theorems, one in each file; claims: statements to be told true or false
"""
