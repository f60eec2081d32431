"""Small PyTorch networks: built, trained and read exactly, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from plsym.interop.extras import require

__all__ = ["fit", "he_normal", "perceptron", "seeded"]


@contextmanager
def seeded(seed: int) -> Iterator[Any]:
    """PyTorch with its random state set, on one thread; both are put back afterwards.

    One thread, because the order of a sum depends on the number of threads, and so does
    its rounding.

    Parameters
    ----------
    seed : int

    Yields
    ------
    module
        ``torch``.

    Raises
    ------
    MissingExtraError
        If PyTorch is not installed.

    Examples
    --------
    >>> from plsym.experiments.training import seeded
    >>> with seeded(1) as torch:
    ...     first = torch.rand(1).item()
    >>> with seeded(1) as torch:
    ...     first == torch.rand(1).item()
    True
    """
    torch = require("torch", "experiments")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            yield torch
    finally:
        torch.set_num_threads(threads)


def perceptron(
    torch: Any, widths: Sequence[int], *, activation: Callable[[], Any] | None = None
) -> Any:
    """A fully connected ``torch.nn.Sequential`` with PyTorch's own initial weights, in float64.

    Parameters
    ----------
    torch : module
        As `seeded` gives it.
    widths : sequence of int
        Inputs, hidden layers, outputs.
    activation : callable, optional
        Makes the module behind each hidden layer; ``torch.nn.ReLU`` by default.

    Examples
    --------
    >>> from plsym.experiments.training import perceptron, seeded
    >>> with seeded(0) as torch:
    ...     model = perceptron(torch, [1, 20, 20, 1])
    >>> pl.from_torch(model).widths
    (20, 20)
    """
    make = torch.nn.ReLU if activation is None else activation
    modules: list[Any] = []
    for i in range(len(widths) - 1):
        if i:
            modules.append(make())
        modules.append(torch.nn.Linear(widths[i], widths[i + 1], dtype=torch.float64))
    return torch.nn.Sequential(*modules)


def he_normal(torch: Any, model: Any) -> Any:
    """Draw all weights anew, normal with variance 2 / n_in, biases with the same variance.

    The law of `plsym.random_network`.

    Parameters
    ----------
    torch : module
    model : torch.nn.Module
        Changed in place; n_in is the number of weights of one output.

    Returns
    -------
    torch.nn.Module
        The same.

    Examples
    --------
    >>> from plsym.experiments.training import he_normal, perceptron, seeded
    >>> with seeded(0) as torch:
    ...     model = he_normal(torch, perceptron(torch, [50, 400, 1]))
    >>> round(model[0].weight.std().item(), 2), round(model[0].bias.std().item(), 1)
    (0.2, 0.2)
    """
    with torch.no_grad():
        for module in model.modules():
            weight = getattr(module, "weight", None)
            if weight is None or weight.ndim < 2:
                continue
            deviation = (2 / weight[0].numel()) ** 0.5
            weight.normal_(0, deviation)
            if module.bias is not None:
                module.bias.normal_(0, deviation)
    return model


def fit(
    torch: Any,
    model: Any,
    x: Any,
    y: Any,
    loss: Callable[[Any, Any], Any],
    *,
    epochs: int,
    rate: float,
    batch: int | None = None,
    decay: bool = False,
    after_epoch: Callable[[int], None] | None = None,
) -> float:
    """Minimise a loss with Adam.

    Parameters
    ----------
    torch : module
    model : torch.nn.Module
        Trained in place.
    x, y : tensors
        Inputs and targets, one a row.
    loss : callable
        Of predictions and targets.
    epochs : int
    rate : float
        Adam's learning rate.
    batch : int, optional
        The size of batches, shuffled anew each epoch; all at once by default.
    decay : bool
        Whether the rate falls to 0 along a half period of a cosine.
    after_epoch : callable, optional
        Called with the number of epochs done.

    Returns
    -------
    float
        The loss on all data at the end.
    """
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    schedule = (
        torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs) if decay and epochs else None
    )
    size = len(x) if batch is None else batch
    for epoch in range(epochs):
        order = torch.randperm(len(x)) if size < len(x) else None
        for start in range(0, len(x), size):
            chosen = slice(None) if order is None else order[start : start + size]
            optimizer.zero_grad(set_to_none=True)
            error = loss(model(x[chosen]), y[chosen])
            error.backward()
            optimizer.step()
        if schedule is not None:
            schedule.step()
        if after_epoch is not None:
            after_epoch(epoch + 1)
    with torch.no_grad():
        return float(loss(model(x), y))
