"""Trajectory regularisation: a PyTorch layer and loss that keep images of curves short.

A curve through the input space is sampled at points; what a layer makes of them is a polygon.
The loss is its length relative to the first one measured.  `TrajectoryRegularizer` is a class
of PyTorch modules that is made when it is first asked for, since plsym imports PyTorch only
where it is used.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from plsym.errors import DomainError
from plsym.interop.extras import require

__all__ = [
    "TrajectoryRegularizer",
    "arc_points",
    "polygon_length",
    "segment_points",
    "trajectory_loss",
]

if TYPE_CHECKING:
    TrajectoryRegularizer: Any


def polygon_length(points: Any) -> Any:
    """The length of the polygon through points, as a differentiable tensor.

    Parameters
    ----------
    points : floating tensor, shape (corners, ...)
        The corners in order, at least two; all further axes are coordinates.

    Returns
    -------
    tensor, shape ()

    Raises
    ------
    DomainError
        If there are fewer than two corners, or they are no floating numbers.

    Notes
    -----
    Floats, for training.  Of the image of a curve this is at most the length, and grows to
    it with the number of points; `pl.trajectory` gives the length itself.  Where corners
    coincide, which ReLU layers do to whole stretches, the gradient is 0.

    Examples
    --------
    >>> import torch
    >>> from plsym.experiments.regularizer import polygon_length
    >>> polygon_length(torch.tensor([[0.0, 0.0], [3.0, 4.0], [3.0, 4.0]])).item()
    5.0
    """
    torch = require("torch", "torch")
    if not torch.is_tensor(points) or not points.is_floating_point():
        raise DomainError("the corners of a polygon are a tensor of floating numbers")
    if points.ndim < 1 or len(points) < 2:
        raise DomainError(
            f"corners of shape {tuple(points.shape)}: a polygon needs at least two, one a row"
        )
    steps = (points[1:] - points[:-1]).reshape(len(points) - 1, -1)
    return torch.linalg.vector_norm(steps, dim=1).sum()


def segment_points(start: Any, end: Any, count: int = 32) -> Any:
    """Points at equal steps on the segment between two points.

    Parameters
    ----------
    start, end : floating tensors of one shape
        Such as two images of a data set.
    count : int
        At least 2; the ends are among them.

    Returns
    -------
    tensor, shape (count, ...)
        A path for `trajectory_loss`.

    Raises
    ------
    DomainError
        If shapes or types differ, or ``count`` < 2.

    Examples
    --------
    >>> import torch
    >>> from plsym.experiments.regularizer import segment_points
    >>> segment_points(torch.tensor([0.0]), torch.tensor([1.0]), 3).tolist()
    [[0.0], [0.5], [1.0]]
    """
    torch, t = _parameters(start, end, count)
    return torch.lerp(start, end, t)


def arc_points(start: Any, end: Any, count: int = 32) -> Any:
    """Points at equal angles on the arc cos(a) start + sin(a) end, a from 0 to a quarter turn.

    Parameters
    ----------
    start, end, count
        As for `segment_points`.

    Returns
    -------
    tensor, shape (count, ...)
        Points of ``pl.arc(start, end)``, rounded.

    Raises
    ------
    DomainError
        As `segment_points`.

    Examples
    --------
    >>> import torch
    >>> from plsym.experiments.regularizer import arc_points
    >>> corners = arc_points(torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0]), 3)
    >>> corners[:2].tolist()
    [[1.0, 0.0], [0.70710..., 0.70710...]]
    """
    torch, t = _parameters(start, end, count)
    angle = t * (math.pi / 2)
    return torch.cos(angle) * start + torch.sin(angle) * end


def _parameters(start: Any, end: Any, count: int) -> tuple[Any, Any]:
    """PyTorch, and 0, ..., 1 in a first axis before those of the points."""
    torch = require("torch", "torch")
    for point in (start, end):
        if not torch.is_tensor(point) or not point.is_floating_point():
            raise DomainError("the ends of a path are tensors of floating numbers")
    if start.shape != end.shape or start.dtype != end.dtype:
        raise DomainError(
            f"the ends of a path have shapes {tuple(start.shape)} and {tuple(end.shape)}, types "
            f"{start.dtype} and {end.dtype}; they must be equal"
        )
    if isinstance(count, bool) or not isinstance(count, int) or count < 2:
        raise DomainError(f"count={count!r}: a path needs at least two points")
    t = torch.linspace(0, 1, count, dtype=start.dtype, device=start.device)
    return torch, t.reshape(count, *(1,) * start.ndim)


class _Layer:
    """A layer that keeps the image of a trajectory from growing, in place of batch norm.

    ``TrajectoryRegularizer`` is a ``torch.nn.Module`` which multiplies its input by a
    learned number.  When `trajectory_loss` sends a sampled path through the network, each
    such layer measures the polygon of its outputs and adds ``strength`` times its length,
    relative to the first length measured, to the loss.

    Parameters
    ----------
    strength : float
        The weight of the relative length in the loss, at least 0.
    learn_scale : bool
        Whether there is a factor to learn; without it the outputs are the inputs.
    device, dtype
        Of the factor and of the first length, as in PyTorch's own layers.

    Attributes
    ----------
    scale : torch.nn.Parameter or None
        The factor, a single number; 1 at the start.
    original : tensor, shape ()
        The first length measured, part of the state dict; 0 while there is none.

    Notes
    -----
    The layer does the same in training and in evaluation, for batches of any size and
    inputs of any shape: nothing depends on the other samples.  `pl.from_torch` reads it as
    an exact multiplication.  The factor acts on the outputs, hence on their length: the
    loss holds |scale| times the relative length of the inputs.

    References
    ----------
    M. Raghu, B. Poole, J. Kleinberg, S. Ganguli, J. Sohl-Dickstein, On the expressive power
    of deep neural networks, ICML 2017: "trajectory regularization" instead of batch norm.

    Examples
    --------
    >>> import torch
    >>> from plsym.experiments import TrajectoryRegularizer, segment_points, trajectory_loss
    >>> _ = torch.manual_seed(0)
    >>> model = torch.nn.Sequential(
    ...     torch.nn.Conv2d(1, 4, 3, padding=1), TrajectoryRegularizer(), torch.nn.ReLU(),
    ...     torch.nn.Conv2d(4, 4, 3, padding=1), TrajectoryRegularizer(), torch.nn.ReLU(),
    ...     torch.nn.Flatten(), torch.nn.Linear(256, 10),
    ... )
    >>> images, labels = torch.rand(20, 1, 8, 8), torch.arange(20) % 10
    >>> path = segment_points(images[0], images[1])
    >>> optimizer = torch.optim.Adam(model.parameters())
    >>> for step in range(3):
    ...     optimizer.zero_grad()
    ...     loss = torch.nn.functional.cross_entropy(model(images), labels)
    ...     (loss + trajectory_loss(model, path)).backward()
    ...     optimizer.step()
    >>> float(trajectory_loss(model, path).detach()) < 0.02  # that is, shorter than at first
    True
    """

    scale: Any
    original: Any

    def __init__(
        self,
        strength: float = 0.01,
        *,
        learn_scale: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        torch = require("torch", "torch")
        super().__init__()
        if not 0 <= strength < math.inf:
            raise DomainError(f"strength={strength!r}: it is a finite number, at least 0")
        self.strength = float(strength)
        one = torch.ones((), device=device, dtype=dtype)
        self.scale = torch.nn.Parameter(one) if learn_scale else None
        module: Any = self
        module.register_buffer("original", torch.zeros_like(one))
        #: while a path is on its way: the sizes of its parts, and the lengths found
        self._sizes: list[int] | None = None
        self._lengths: list[Any] = []

    def forward(self, x: Any) -> Any:
        """The input times the factor; along a path, its length is taken down."""
        out = x if self.scale is None else x * self.scale
        if self._sizes is not None:
            if out.ndim < 1 or len(out) != sum(self._sizes):
                raise DomainError(
                    f"a layer saw a tensor of shape {tuple(out.shape)} along a path of "
                    f"{sum(self._sizes)} points; the first axis must be that of the batch"
                )
            self._lengths.append(sum(polygon_length(part) for part in out.split(self._sizes)))
        return out

    def forget(self) -> None:
        """Forget the first length: the next one measured takes its place."""
        self.original.zero_()

    def extra_repr(self) -> str:
        """The settings, as PyTorch prints them."""
        return f"strength={self.strength}, learn_scale={self.scale is not None}"

    def _relative(self) -> Any:
        """The length measured, relative to the first."""
        if not self._lengths:
            raise DomainError("a TrajectoryRegularizer of the model is not used in its forward()")
        length = sum(self._lengths)
        if not self.original > 0:
            found = length.detach()
            if not 0 < float(found) < math.inf:
                raise DomainError(
                    f"the first length at a TrajectoryRegularizer is {float(found)}; it must be "
                    "positive and finite: take another path, or other initial weights"
                )
            self.original.copy_(found)
        return length / self.original


def trajectory_loss(model: Any, path: Any) -> Any:
    """The loss of all `TrajectoryRegularizer` layers of a model along a path.

    Parameters
    ----------
    model : torch.nn.Module
        With at least one such layer, all of them used.
    path : tensor of shape (points, ...), or sequence of such tensors
        Points of one curve in order, or of several; see `segment_points`, `arc_points`.

    Returns
    -------
    tensor, shape ()
        The sum over the layers of strength * (length now) / (first length); lengths of
        several curves are added.  Differentiable in all weights.

    Raises
    ------
    DomainError
        If the model has no such layer, one is not used, or the first length is 0: then
        there is nothing to compare with.

    Notes
    -----
    The path goes through the model once, as a batch, in the mode the model is in.  The
    first call on a model sets the lengths that later ones are divided by; they belong to
    the state dict.

    References
    ----------
    M. Raghu et al., On the expressive power of deep neural networks, ICML 2017.

    Examples
    --------
    >>> import torch
    >>> from plsym.experiments import TrajectoryRegularizer, segment_points, trajectory_loss
    >>> model = torch.nn.Sequential(torch.nn.Linear(2, 3), TrajectoryRegularizer(0.5))
    >>> path = segment_points(torch.zeros(2), torch.ones(2))
    >>> first = trajectory_loss(model, path)
    >>> _ = torch.nn.init.constant_(model[1].scale, 3.0)
    >>> round(first.item(), 6), round(trajectory_loss(model, path).item(), 6)
    (0.5, 1.5)
    """
    torch = require("torch", "torch")
    parts = [path] if torch.is_tensor(path) else list(path)
    if not parts:
        raise DomainError("there is no path; give a tensor of points, or several")
    layers = [layer for layer in model.modules() if isinstance(layer, _Layer)]
    if not layers:
        raise DomainError("the model has no TrajectoryRegularizer; put them where lengths count")
    sizes = [len(part) for part in parts]
    for layer in layers:
        layer._sizes, layer._lengths = sizes, []
    try:
        model(parts[0] if len(parts) == 1 else torch.cat(parts))
        return sum(layer.strength * layer._relative() for layer in layers)
    finally:
        for layer in layers:
            layer._sizes, layer._lengths = None, []


def __getattr__(name: str) -> Any:
    if name != "TrajectoryRegularizer":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # under its own name in this module, so that pickles and copies of models find it
    made = type(
        name,
        (_Layer, require("torch", "torch").nn.Module),
        {"__module__": __name__, "__doc__": _Layer.__doc__},
    )
    globals()[name] = made
    return made
