"""scikit-learn's multilayer perceptrons as networks, weights exact."""

from __future__ import annotations

from typing import Any

import numpy as np

from plsym.errors import DomainError, UnsupportedLayerError
from plsym.networks.network import ReLUNetwork, from_weights

__all__ = ["from_sklearn"]


def from_sklearn(model: Any) -> ReLUNetwork:
    """Read a fitted ``MLPRegressor`` or ``MLPClassifier``.

    Parameters
    ----------
    model : sklearn.neural_network.MLPRegressor or MLPClassifier
        With ``activation="relu"`` or ``"identity"``.

    Returns
    -------
    ReLUNetwork
        A classifier's outputs are the scores before softmax or logistic; for two
        classes there is one score, positive for the second class.

    Raises
    ------
    UnsupportedLayerError
        If the hidden activation is not piecewise linear.
    DomainError
        If the model is not fitted.

    Examples
    --------
    >>> from sklearn.neural_network import MLPRegressor
    >>> model = MLPRegressor(hidden_layer_sizes=(4,), solver="lbfgs", random_state=0)
    >>> pl.from_sklearn(model.fit([[0], [1], [2]], [0, 1, 0])).widths
    (4,)
    """
    activation = getattr(model, "activation", None)
    if activation is None:
        raise UnsupportedLayerError(
            f"{type(model).__name__} is no multilayer perceptron of scikit-learn"
        )
    if activation not in ("relu", "identity"):
        raise UnsupportedLayerError(
            f"activation={activation!r} is not piecewise linear; 'relu' and 'identity' are read"
        )
    weights = getattr(model, "coefs_", None)
    if weights is None:
        raise DomainError(f"the {type(model).__name__} is not fitted; call .fit(X, y) first")
    # scikit-learn keeps weights as (n_in, n_out)
    return from_weights(
        [(np.asarray(w).T, np.asarray(b)) for w, b in zip(weights, model.intercepts_, strict=True)],
        activation=activation,
    )
