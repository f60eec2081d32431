"""Most linear regions for a number of parameters.

depth_budget   the experiment; architectures: bounds maximised over all architectures
constructions  networks that attain the lower bounds
"""
