"""Claims that anybody can re-check: read this package, and no other, to believe plsym.

codec        strict JSON: numbers, integers, limits; Work bounds what a file can cost
algebraic    numbers of a real field, on top of `fractions.Fraction`
maps         a piecewise-linear map as a certificate states it; networks: stages of units
orbits, periods, absences, itineraries, covers, rates, counts, equality: one kind of claim each
checker      `check`: which rule judges which claim; certificate: `Certificate`, files

It imports the standard library, plsym.errors, verdict and atomic, and nothing else.
"""
