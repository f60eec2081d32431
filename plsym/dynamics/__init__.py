"""Periodic points and periods of piecewise-linear maps of an interval, exactly.

orbits      orbits of points, least periods, eventual periodicity
periodic    all points of a given least period, intervals of them included
periods     which periods occur up to a bound; periodset: all of them, as far as is proved
growth      the growth number of the laps, by graphs of intervals; spectral: their radii
kneading    itineraries, also from one side of a turning point
covers      covering graphs, Markov partitions, cycles from loops
cycles      cycles as permutations: names, shapes, forcing
chaos       points that prove an odd period, with a margin and a robustness radius
sharkovsky  the order of the integers that says which periods force which
"""
