"""Images of curves: lengths and transitions, at random and through training.

trajectory_length  the experiment; remarks: its words, figures
random_networks    lengths and transitions at initialisation, beside their laws
trained_networks   noise in a layer, one trained layer, lengths through training
regularized        networks with the trajectory regularizer, batch norm, and neither
"""
