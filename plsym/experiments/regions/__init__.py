"""Regions of networks at initialisation and through training.

regions_at_init, regions_in_training  the experiments
probing     counts in planes, laws along lines, distances to boundaries
watching    what is measured at each checkpoint; initial_figures, training_figures
"""
