"""Network files that need no other library: .json, .npz and .nnet.

json, npz   plsym's own forms, exact both ways; .npz also reads plain W0, b0, ... arrays
nnet        the text format of the ACAS Xu networks, read only
atomic      files appear complete or not at all
"""
