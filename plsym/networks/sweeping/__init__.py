"""The one-dimensional sweep: breakpoints of all units of a list of stages along a path.

stages, prepared  what is swept: exact stages, and their scaled copies in doubles
sweep             stage by stage; rowstate, ordering, insertion are its three ideas
kernels           its passes over all rows, in numpy and compiled
thin, zeros       better bounds: layers of rank one, units without live inputs
refine, forms     what decides when the filter does not: float adjoints, then integers
history, swept    what is remembered, and what can be asked of it
kinks             changes of units that cannot reach the output
"""
