"""The one-dimensional sweep: breakpoints of all units of a list of stages along a path.

stages, prepared  what is swept: exact stages, and their scaled copies in doubles
sweep             stage by stage; rowstate, ordering, insertion are its three ideas
refine, forms     what decides when the filter does not: float adjoints, then integers
history, swept    what is remembered, and what can be asked of it
"""
