"""Many small networks of the same widths, trained side by side in PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["arrays_of", "initial", "outputs", "tensors_of", "train"]

Floats = NDArray[np.float64]
Layer = tuple[Floats, Floats]


def tensors_of(torch: Any, layers: Sequence[Layer]) -> list[Any]:
    """Weights and biases as tensors that are trained: W1, b1, W2, b2, ...

    Parameters
    ----------
    torch : module
        As `plsym.experiments.training.seeded` gives it.
    layers : sequence of (weights, bias)
        Of shapes (networks, n_out, n_in) and (networks, n_out); they are copied.
    """
    return [torch.tensor(part, requires_grad=True) for layer in layers for part in layer]


def arrays_of(parameters: Sequence[Any]) -> list[Layer]:
    """Copies of the weights and biases, as `plsym.networks.many` takes them."""
    found = [tensor.detach().numpy().copy() for tensor in parameters]
    return list(zip(found[::2], found[1::2], strict=True))


def initial(torch: Any, count: int, widths: Sequence[int]) -> list[Layer]:
    """Random weights and biases as PyTorch draws them: uniform up to 1/sqrt(inputs).

    Examples
    --------
    >>> from plsym.experiments.ensembles import initial
    >>> from plsym.experiments.training import seeded
    >>> with seeded(0) as torch:
    ...     layers = initial(torch, 5, [1, 4, 1])
    >>> [w.shape for w, _ in layers], bool(abs(layers[1][0]).max() <= 0.5)
    ([(5, 4, 1), (5, 1, 4)], True)
    """
    out = []
    for before, after in pairwise(widths):
        reach = before**-0.5
        drawn = (torch.rand(count, after, before + 1, dtype=torch.float64) * 2 - 1) * reach
        out.append((drawn[:, :, :before].numpy().copy(), drawn[:, :, before].numpy().copy()))
    return out


def outputs(torch: Any, parameters: Sequence[Any], x: Any) -> Any:
    """What each network makes of its own inputs: (networks, points, n_in) to (..., n_out)."""
    last = len(parameters) // 2 - 1
    for i in range(last + 1):
        weights, bias = parameters[2 * i], parameters[2 * i + 1]
        x = torch.baddbmm(bias[:, None, :], x, weights.transpose(1, 2))
        if i < last:
            x = x.relu()
    return x


def train(
    torch: Any,
    parameters: Sequence[Any],
    batch: Callable[[], tuple[Any, Any]],
    *,
    iterations: int,
    rate: float,
    watch: Callable[[int], None],
) -> None:
    """Minimise each network's mean squared error with Adam, all at once.

    Parameters
    ----------
    torch : module
    parameters : sequence of tensors
        As `tensors_of` makes them; changed in place.
    batch : callable
        Gives inputs and targets of shape (networks, points, ...), new ones each time.
    iterations : int
    rate : float
        Adam's learning rate.
    watch : callable
        Called with the number of iterations done: 0, 1, ..., ``iterations``.

    Notes
    -----
    Adam treats each parameter by itself, and the loss is the sum over the networks: each
    network is trained as if it were alone.
    """
    optimizer = torch.optim.Adam(parameters, lr=rate)
    watch(0)
    for step in range(iterations):
        x, y = batch()
        optimizer.zero_grad(set_to_none=True)
        square = (outputs(torch, parameters, x) - y) ** 2
        square.mean(dim=(1, 2)).sum().backward()
        optimizer.step()
        watch(step + 1)
