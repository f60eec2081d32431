"""Bent hyperplanes that are pushed to intersect.

anti_regularisation  the experiment
crossing_penalty     a PyTorch loss for bent hyperplanes to cross; intersecting: its trainings
figures
"""
