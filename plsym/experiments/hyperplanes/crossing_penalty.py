"""Anti-regularisation: a PyTorch loss that pushes bent hyperplanes to intersect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from plsym.errors import DomainError
from plsym.interop.extras import require

__all__ = ["Hinges", "crossing_hinges", "crossing_penalty"]

Window = Sequence[tuple[float, float]]
SQUARE: Window = ((-1.0, 1.0), (-1.0, 1.0))


@dataclass(frozen=True)
class Hinges:
    """Hinge losses of a network with two inputs and two hidden layers, as tensors.

    Attributes
    ----------
    lines : tensor, shape (n1,)
        0 if both signs of a first-layer neuron occur in the box, with the margin.
    first : tensor, shape (n1, n1)
        Of neurons i and j of the first layer: 0 if both signs of j occur on the zero line
        of i inside the box; 0 on the diagonal.
    mixed : tensor, shape (n1, n2)
        Of i in the first layer and j in the second: 0 if both signs of j occur on the zero
        line of i inside the box.
    second : tensor, shape (n2, n2)
        Of neurons of the second layer: 0 if all four combinations of their signs occur in
        the box; 0 on and below the diagonal.
    """

    lines: Any
    first: Any
    mixed: Any
    second: Any

    @property
    def total(self) -> Any:
        """Their sum, the pairs of the first layer once."""
        return self.lines.sum() + self.first.sum() / 2 + self.mixed.sum() + self.second.sum()


def crossing_hinges(
    model: Any, box: Window = SQUARE, *, margin: float = 0.05, points: int = 41
) -> Hinges:
    """Measure how far pairs of bent hyperplanes are from intersecting in a box.

    Parameters
    ----------
    model : torch.nn.Sequential
        Linear(2, n1), ReLU, Linear(n1, n2), ReLU, and anything after.
    box : pairs (low, high) of float
    margin : float
        How far from 0 both signs have to reach; the arguments of neurons are taken over
        the sizes of their weights.
    points : int
        On each line; the box has a grid of half as many on each axis.

    Returns
    -------
    Hinges

    Raises
    ------
    DomainError
        If the model, the box or a setting is not of this kind.

    Notes
    -----
    Each hinge is a perceptron loss max(0, margin - s z(x)) for a sign s, at the point x
    that serves s best.  On a line in the first layer's zeros the points move with the
    weights, so gradients move the line as well as the other neuron.  A hinge of 0 in
    ``first`` or ``mixed`` means that the pair does intersect in the box: z is continuous and
    has both signs on a segment of the line.  One in ``second`` is only what an intersection
    needs.  Floats, for training; `plsym.regions.crossing` decides.

    Examples
    --------
    >>> import torch
    >>> from plsym.experiments.hyperplanes.crossing_penalty import crossing_hinges
    >>> Linear = torch.nn.Linear
    >>> model = torch.nn.Sequential(Linear(2, 2), torch.nn.ReLU(), Linear(2, 1), torch.nn.ReLU())
    >>> with torch.no_grad():  # x and y, and x + y - 1/2 where both are positive
    ...     _ = model[0].weight.copy_(torch.eye(2)), model[0].bias.zero_()
    ...     _ = model[2].weight.fill_(1.0), model[2].bias.fill_(-0.5)
    >>> hinges = crossing_hinges(model)
    >>> float(hinges.first.sum().detach()), float(hinges.mixed.sum().detach())
    (0.0, 0.0)
    """
    torch = require("torch", "experiments")
    first, second = _layers(torch, model)
    if margin <= 0 or points < 3:
        raise DomainError(f"margin = {margin}, points = {points}: margin > 0, 3 points or more")
    w1, b1, w2, b2 = first.weight, first.bias, second.weight, second.bias
    (x0, x1), (y0, y1) = box
    if not (x0 < x1 and y0 < y1):
        raise DomainError(f"the box {box} is empty; give two pairs low < high")
    like = {"dtype": w1.dtype, "device": w1.device}
    corners = torch.tensor([[x, y] for x in (x0, x1) for y in (y0, y1)], **like)
    centre = torch.tensor([(x0 + x1) / 2, (y0 + y1) / 2], **like)
    reach = float(torch.linalg.vector_norm(corners[3] - centre))
    size = torch.linalg.vector_norm(w1, dim=1)
    unit, offset = w1 / size[:, None], b1 / size
    weight = (w2.abs() * size).sum(dim=1)

    def later(x: Any) -> Any:
        return (torch.relu(x @ w1.T + b1) @ w2.T + b2) / weight

    def both(z: Any, inside: Any) -> Any:
        """Along the second axis: the hinges of both signs, 0 where no point counts."""
        most = torch.where(inside, z, -torch.inf).amax(dim=1)
        least = torch.where(inside, z, torch.inf).amin(dim=1)
        hinge = torch.relu(margin - most) + torch.relu(margin + least)
        return torch.where(inside.any(dim=1), hinge, torch.zeros_like(hinge))

    on_corners = corners @ unit.T + offset
    lines = both(on_corners.T, torch.ones_like(on_corners.T, dtype=torch.bool))
    # points on each zero line, about the one that is nearest to the centre
    foot = centre - (unit @ centre + offset)[:, None] * unit
    along = torch.stack([-unit[:, 1], unit[:, 0]], dim=1)
    steps = torch.linspace(-reach, reach, points, **like)
    x = foot[:, None, :] + steps[None, :, None] * along[:, None, :]
    low, high = corners[0], corners[3]
    inside = ((x >= low) & (x <= high)).all(dim=2, keepdim=True)
    pairs = both(x @ unit.T + offset, inside)
    pairs = pairs * (1 - torch.eye(len(pairs), **like))
    mixed = both(later(x), inside)
    axes = [torch.linspace(a, b, points // 2 + 1, **like) for a, b in box]
    z = later(torch.cartesian_prod(*axes))
    quadrants = [
        torch.relu(margin - torch.minimum(s * z[:, :, None], t * z[:, None, :]).amax(dim=0))
        for s in (1, -1)
        for t in (1, -1)
    ]
    return Hinges(lines, pairs, mixed, torch.stack(quadrants).sum(dim=0).triu(1))


def crossing_penalty(
    model: Any, box: Window = SQUARE, *, margin: float = 0.05, points: int = 41
) -> Any:
    """A loss that is 0 when all pairs of bent hyperplanes seem to intersect in a box.

    Parameters
    ----------
    model, box, margin, points
        As for `crossing_hinges`.

    Returns
    -------
    tensor, shape ()
        The sum of the hinges, to be added to a loss with a factor.

    Raises
    ------
    DomainError
        As `crossing_hinges`.

    Examples
    --------
    >>> import torch
    >>> from plsym.experiments.hyperplanes.crossing_penalty import crossing_penalty
    >>> from plsym.experiments.training import perceptron, seeded
    >>> with seeded(0) as torch:
    ...     model = perceptron(torch, [2, 4, 4, 1])
    ...     optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    ...     first = crossing_penalty(model).item()
    ...     for _ in range(100):
    ...         optimizer.zero_grad()
    ...         crossing_penalty(model).backward()
    ...         optimizer.step()
    >>> crossing_penalty(model).item() < first / 10
    True
    """
    return crossing_hinges(model, box, margin=margin, points=points).total


def _layers(torch: Any, model: Any) -> tuple[Any, Any]:
    parts = list(model) if isinstance(model, torch.nn.Sequential) else []
    kinds = (torch.nn.Linear, torch.nn.ReLU, torch.nn.Linear, torch.nn.ReLU)
    fits = len(parts) >= 4 and all(map(isinstance, parts, kinds))
    if not fits or parts[0].in_features != 2 or parts[0].bias is None or parts[2].bias is None:
        raise DomainError(
            "the penalty is for a torch.nn.Sequential of Linear(2, n1), ReLU, Linear(n1, n2), "
            "ReLU, ..., with biases"
        )
    return parts[0], parts[2]
