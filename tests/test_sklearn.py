"""scikit-learn perceptrons against their own weights in fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import plsym as pl

neural = pytest.importorskip("sklearn.neural_network")


def fitted(kind: str, outputs: int = 1, **options: Any) -> Any:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 3))
    model = getattr(neural, kind)(
        hidden_layer_sizes=(5, 4),
        solver="lbfgs",
        max_iter=200,
        alpha=1.0,
        tol=1.0,
        random_state=0,
        **options,
    )
    if kind == "MLPRegressor":
        y = x @ rng.normal(size=(3, outputs))
        return model.fit(x, y[:, 0] if outputs == 1 else y)
    return model.fit(x, np.arange(40) % (outputs + 1 if outputs > 1 else 2))


def by_hand(model: Any, x: list[int]) -> list[Fraction]:
    h = [Fraction(v) for v in x]
    last = len(model.coefs_) - 1
    for i, (w, b) in enumerate(zip(model.coefs_, model.intercepts_, strict=True)):
        h = [
            sum((Fraction(float(w[j, k])) * h[j] for j in range(len(h))), Fraction(float(b[k])))
            for k in range(w.shape[1])
        ]
        if i < last and model.activation == "relu":
            h = [max(v, Fraction(0)) for v in h]
    return h


@pytest.mark.parametrize("activation", ["relu", "identity"])
@pytest.mark.parametrize(
    ("kind", "outputs"),
    [("MLPRegressor", 1), ("MLPRegressor", 2), ("MLPClassifier", 1), ("MLPClassifier", 2)],
)
def test_values(kind: str, outputs: int, activation: str) -> None:
    model = fitted(kind, outputs, activation=activation)
    network = pl.from_sklearn(model)
    for x in ([0, 0, 0], [1, -2, 3], [-5, 4, 1]):
        value = network(x)
        assert list(value if isinstance(value, tuple) else (value,)) == by_hand(model, x)
    assert network.widths == ((5, 4) if activation == "relu" else ())


def test_the_threshold_is_the_prediction() -> None:
    model = fitted("MLPClassifier")
    network = pl.from_sklearn(model)
    x = np.random.default_rng(1).normal(size=(30, 3))
    score = [network(pl.dyadic(row)) > 0 for row in x]
    assert score == (model.predict(x) == model.classes_[1]).tolist()


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
def test_smooth_activations(activation: str) -> None:
    with pytest.raises(pl.UnsupportedLayerError, match=repr(activation)):
        pl.from_sklearn(fitted("MLPRegressor", activation=activation))


def test_what_is_no_fitted_perceptron() -> None:
    with pytest.raises(pl.DomainError, match="not fitted"):
        pl.from_sklearn(neural.MLPRegressor())
    linear = pytest.importorskip("sklearn.linear_model")
    with pytest.raises(pl.UnsupportedLayerError, match="LinearRegression is no multilayer"):
        pl.from_sklearn(linear.LinearRegression())
    with pytest.raises(pl.UnsupportedLayerError, match="str is no"):
        pl.from_sklearn("model")
