"""Handwritten digits by subspaces and networks, and the way from digit to digit.

digits_baselines  the experiment; baselines: the classifiers
classifying       classes and accuracy of a network, decided exactly
figures
"""
