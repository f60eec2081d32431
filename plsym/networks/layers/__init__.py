"""What a network is made of: a list of nodes, each one operation with exact parameters.

Linear      Affine, Convolution, Scale, Shift, AveragePool, Add, Subtract
Bending     ReLU, LeakyReLU, PReLU, Clip, Abs, Maximum(With), Minimum(With), MaxPool, Maxout
Moving      Reshape, Transpose, Concat, Identity

Shapes never have a batch axis.  An operation knows the shape it makes from the
shapes it gets; a node gives it a name and says where its inputs come from.
"""

from __future__ import annotations

from plsym.networks.layers.batchnorm import batch_norm
from plsym.networks.layers.bending import (
    Abs,
    Clip,
    LeakyReLU,
    Maximum,
    MaximumWith,
    Maxout,
    MaxPool,
    Minimum,
    MinimumWith,
    PReLU,
    ReLU,
)
from plsym.networks.layers.linear import (
    Add,
    Affine,
    AveragePool,
    Concat,
    Convolution,
    Identity,
    Reshape,
    Scale,
    Shift,
    Subtract,
    Transpose,
)
from plsym.networks.layers.operation import Node, Op, Shape

__all__ = [
    "Abs",
    "Add",
    "Affine",
    "AveragePool",
    "Clip",
    "Concat",
    "Convolution",
    "Identity",
    "LeakyReLU",
    "MaxPool",
    "Maximum",
    "MaximumWith",
    "Maxout",
    "Minimum",
    "MinimumWith",
    "Node",
    "Op",
    "PReLU",
    "ReLU",
    "Reshape",
    "Scale",
    "Shape",
    "Shift",
    "Subtract",
    "Transpose",
    "batch_norm",
]
