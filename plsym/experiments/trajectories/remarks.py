"""What the numbers of `trajectory_length` show, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from plsym.experiments.record import Table

__all__ = ["remarks"]

Row = dict[str, Any]


def remarks(tables: Mapping[str, Table]) -> Iterator[str]:
    """One or two sentences a part, with its numbers.

    Parameters
    ----------
    tables : mapping of names to Table
        Those of the parts that were run.
    """
    rows = {
        name: [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        for name, table in tables.items()
    }
    if "growth" in rows:
        yield _growth(rows["growth"])
        yield _turns(rows["transitions"])
    if "noise" in rows:
        yield _noise(rows["noise"])
    if "single" in rows:
        yield _single(rows["single"])
    if "training" in rows:
        yield _training(rows["training"])
    if "regularizer" in rows:
        yield _regularizer(rows["regularizer"], rows["segments"])


def _growth(rows: list[Row]) -> str:
    relu = [row for row in rows if row["activation"] == "relu"]
    tanh = [row for row in rows if row["activation"] != "relu"]
    off = max(abs(float(r["growth"]) / float(r["law"]) - 1) for r in relu)
    below = sum(float(r["growth"]) < float(r["rate of the lower bound"]) for r in relu)
    shares = [float(r["growth"]) / float(r["rate of the lower bound"]) for r in tanh]
    return (
        f"The mean growth per ReLU layer lies within {100 * off:.1f}% of sigma_w c_k in all "
        f"{len(relu)} cases; the rate sigma_w sqrt(k/(k+1)) of the lower bound of 2017 (as "
        f"recalled; up to a constant) is larger than the growth in {below} of them.  With hard "
        f"tanh the growth is {min(shares):.2f} to {max(shares):.2f} times the rate of its bound."
    )


def _turns(rows: list[Row]) -> str:
    own = [row for row in rows if row["law"] is not None]
    far = max(
        abs(float(r["sign changes"]) - float(r["law"])) / r["standard error"]
        for r in own
        if r["standard error"]
    )
    return (
        f"Layer by layer the mean numbers of sign changes differ from (n/pi) times the angular "
        f"length by at most {far:.1f} standard errors, in {len(own)} layers."
    )


def _noise(rows: list[Row]) -> str:
    noise = _telling([row["noise"] for row in rows], rows)
    own = [row for row in rows if row["noise"] == noise]
    first, last = own[0], own[-1]
    return (
        f"Noise of {noise:g} times the size of the weights leaves a test accuracy of "
        f"{_percent(first['test accuracy'])} if it is in the first layer and of "
        f"{_percent(last['test accuracy'])} if in the last, of "
        f"{_percent(first['without noise'])} without."
    )


def _telling(noises: list[float], rows: list[Row]) -> float:
    """The noise at which the layers differ most."""

    def spread(noise: float) -> float:
        scores = [float(row["test accuracy"]) for row in rows if row["noise"] == noise]
        return max(scores) - min(scores)

    return max(dict.fromkeys(noises), key=spread)


def _single(rows: list[Row]) -> str:
    last = max(row["epoch"] for row in rows)
    ends = [row for row in rows if row["epoch"] == last]
    scores = ", ".join(f"{_percent(row['test accuracy'])} (layer {row['layer']})" for row in ends)
    return f"With one hidden layer trained for {last} epochs the test accuracy is {scores}."


def _training(rows: list[Row]) -> str:
    words = []
    for start in dict.fromkeys(row["variance"] for row in rows):
        own = [row for row in rows if row["variance"] == start]
        deep = [row for row in own if row["layer"] == max(r["layer"] for r in own)]
        before, after = float(deep[0]["length"]), float(deep[-1]["length"])
        words.append(f"from {before:.4g} to {after:.4g} (initial variance {start:g})")
    return (
        f"In {rows[-1]['epoch']} epochs the mean length of the images of arcs between two digits "
        f"in the last hidden layer goes {' and '.join(words)}."
    )


def _regularizer(course: list[Row], segments: list[Row]) -> str:
    last = max(row["epoch"] for row in course)
    words = []
    for kind in dict.fromkeys(row["network"] for row in course):
        (end,) = (r for r in course if r["network"] == kind and r["epoch"] == last)
        own = [row for row in segments if row["network"] == kind]
        words.append(
            f"{kind}: {_percent(end['test accuracy'])}, length {float(own[-1]['length']):.3g}, "
            f"{float(sum(row['transitions'] for row in own)):.0f} transitions"
        )
    return (
        f"Convolutional networks after {last} epochs, with test accuracy, length in the last layer "
        f"over that of the segment, and transitions in all layers: {'; '.join(words)}."
    )


def _percent(share: Any) -> str:
    return f"{100 * float(share):.1f}%"
