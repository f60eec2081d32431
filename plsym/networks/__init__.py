"""Networks as exact piecewise-linear maps R^n -> R^m.

layers, network     what a network is; `ReLUNetwork`, `from_weights`
evaluate, lower     exact values at a point; the network as stages of one-sided units
sweeping, exactpath breakpoints along a path: filtered floats, or number by number
source, trajectory  one-input networks as functions; transitions along a segment
realize, families   networks from functions; sawtooth, pulse and random networks
formats             .json, .npz and .nnet files
"""
