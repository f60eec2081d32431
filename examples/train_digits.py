"""Train a small classifier of 8x8 digits and save it as ONNX, with two sample inputs.

    pip install "plsym[onnx,sklearn]"
    python examples/train_digits.py

writes beside itself `digits.onnx` (64 inputs, two hidden layers of 32 ReLU, 10
scores, float32 weights) and `digit_3.json`, `digit_8.json`: two held-out images
that the network classifies correctly.  A pixel of scikit-learn's digits is an
integer from 0 to 16; the network is trained on pixel/16, so a sample is a list
of 64 fractions such as "5/16", row by row.
"""

from __future__ import annotations

import json
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from save_onnx import save_mlp

HERE = Path(__file__).parent


def main() -> None:
    pixels, labels = load_digits(return_X_y=True)
    train, test, train_labels, test_labels = train_test_split(
        pixels, labels, test_size=300, random_state=0, stratify=labels
    )
    model = MLPClassifier(
        hidden_layer_sizes=(32, 32), activation="relu", max_iter=60, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # few epochs are wanted
        model.fit(train / 16, train_labels)
    print(f"held-out accuracy {model.score(test / 16, test_labels):.3f}")
    save_mlp(HERE / "digits.onnx", model.coefs_, model.intercepts_)

    right = model.predict(test / 16) == test_labels
    for digit in (3, 8):
        image = test[np.flatnonzero(right & (test_labels == digit))[0]]
        exact = [str(Fraction(int(pixel), 16)) for pixel in image]
        (HERE / f"digit_{digit}.json").write_text(json.dumps(exact) + "\n")


if __name__ == "__main__":
    main()
