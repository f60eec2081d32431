"""Which entries each window of a convolution or a pooling covers."""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import NDArray

__all__ = ["window_indices"]


def window_indices(
    shape: tuple[int, ...],
    kernel: tuple[int, ...],
    strides: tuple[int, ...],
    pads: tuple[int, ...],
    dilations: tuple[int, ...],
) -> NDArray[np.intp]:
    """Row-major positions of the entries of each window; -1 stands for padding.

    Parameters
    ----------
    shape : tuple of d int
        The sizes of the input's axes, without channels.
    kernel, strides, dilations : tuple of d int
    pads : tuple of 2d int
        All beginnings, then all ends.

    Returns
    -------
    ndarray of int, shape (number of windows, number of kernel entries)
        Windows and kernel entries in row-major order.
    """
    d = len(shape)
    flat = np.zeros((1, 1), dtype=np.intp)
    inside = np.ones((1, 1), dtype=bool)
    for i in range(d):
        reach = dilations[i] * (kernel[i] - 1) + 1
        count = (shape[i] + pads[i] + pads[i + d] - reach) // strides[i] + 1
        at = (
            np.arange(count)[:, None] * strides[i]
            + np.arange(kernel[i])[None, :] * dilations[i]
            - pads[i]
        )
        good = (at >= 0) & (at < shape[i])
        rows, columns = flat.shape
        flat = (flat[:, None, :, None] * shape[i] + at[None, :, None, :]).reshape(
            rows * count, columns * kernel[i]
        )
        inside = (inside[:, None, :, None] & good[None, :, None, :]).reshape(flat.shape)
    assert flat.shape[1] == prod(kernel)
    return np.where(inside, flat, -1)
