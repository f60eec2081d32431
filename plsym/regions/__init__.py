"""Linear regions of networks with several inputs, exactly.

cones      pointed cones by their extreme rays, and how a hyperplane cuts one
cells      the cells on which all neurons keep their signs, unbounded ones included
counting   `count_regions`: activation regions, linear regions, affine maps
formulas   bounds of the literature: Zaslavsky, Montufar, Serra, Hinz, Arora, ...
examples   arrangements and networks that attain them
"""
