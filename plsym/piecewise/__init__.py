"""Piecewise-linear functions of one variable, curves, and counts of iterates.

function, families, formula    PiecewiseLinear, and ways to make one
algebra, equations             sums, maxima, composition; level sets, fixed points, inverse
counts, measures, smooth       laps and crossings; integrals and distances, also to polynomials
orbits, tower, counting        f^n without building it: laps, pieces, crossings, preimages
iterate, pushforward, pullback f^n listed lazily, its integrals, its preimages; curve: R -> R^m
"""
