"""Linear regions of networks with several inputs, exactly.

domains, chart    where regions are looked for, and in which coordinates
lattice, engine   all faces of all cells, cut by one neuron after the other; start, placing,
                  arguments: how it begins, and its floats
polygons          the cuts in the plane; planes is their state, and kernels chooses between
                  polygons_numpy and its compiled twin polygons_loops
linear            `linear_regions`: subdivided, explored, cell, incidence, maps are its parts
definitions       what counts as a region: convex, branches; counting has the engines
surfaces          bent hyperplanes, level sets; decisions: which output is the largest where
crossing          which bent hyperplanes intersect
optima, compare   extremes, Lipschitz constants, integrals; equality and distance of networks
nearest           how far points are from the boundary of their activation region
search            from cell to cell in any dimension; walls, proofs: facets and certificates
parallel          counts in parts of a domain, on any workers
cones, cells      one cell after the other in integers: slow, and what the rest is tested with
bounds, formulas  bounds of the literature; degeneracy: what is not in general position
examples          arrangements and networks that attain the bounds
"""
