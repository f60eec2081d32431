"""Theorems of the literature as files: hypotheses checked, conclusions computed, exactly.

case       what a theorem writes while it is verified: hypotheses, conclusions, numbers
registry   `theorems` and `verify`: the catalogue, and one theorem on one instance
constants  rho_q and other numbers that several statements share
pieces, one_input, tent, sharkovsky, odd_chaos, li_yorke, oscillations, entropy, lipschitz,
tight_family: one theorem each, with its reference and instances
"""
