"""`load` and `save`: network files of every known kind, told apart by their suffix."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plsym.errors import ModelFormatError

if TYPE_CHECKING:
    from plsym.networks.network import ReLUNetwork

__all__ = ["load", "save"]

# suffix -> module and function
_READERS = {
    ".json": ("plsym.networks.formats.json", "load_json"),
    ".npz": ("plsym.networks.formats.npz", "load_npz"),
    ".nnet": ("plsym.networks.formats.nnet", "load_nnet"),
    ".onnx": ("plsym.interop.onnx", "from_onnx"),
    ".pt": ("plsym.interop.torch", "from_torch"),
    ".pth": ("plsym.interop.torch", "from_torch"),
}
_WRITERS = {
    ".json": ("plsym.networks.formats.json", "save_json"),
    ".npz": ("plsym.networks.formats.npz", "save_npz"),
}


def load(path: str | os.PathLike[str], **options: Any) -> ReLUNetwork:
    """Read a network from a file; the suffix says which kind it is.

    Parameters
    ----------
    path : path
        .json, .npz, .nnet, .onnx (needs ``plsym[onnx]``) or .pt (needs ``plsym[torch]``).
    **options
        Passed to the reader of that kind, for example ``clip_inputs=True`` for .nnet.

    Returns
    -------
    ReLUNetwork

    Raises
    ------
    ModelFormatError
        If the suffix is not known or the file is truncated or corrupt.
    UnsupportedLayerError
        If the network has an operation that is not piecewise linear or not known.
    MissingExtraError
        If the library for the kind is not installed.
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> pl.load("net.onnx")  # doctest: +SKIP
    """
    module, function = _entry(path, _READERS, "read")
    network: ReLUNetwork = getattr(import_module(module), function)(path, **options)
    return network


def save(network: ReLUNetwork, path: str | os.PathLike[str]) -> None:
    """Write a network to a file, exactly; the suffix says which kind.

    Parameters
    ----------
    network : ReLUNetwork
    path : path
        .json (all numbers as text) or .npz (doubles as arrays).  The file appears
        complete or not at all.

    Raises
    ------
    ModelFormatError
        If the suffix is not one of these.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> pl.save(pl.sawtooth_network(3), "net.npz")  # doctest: +SKIP
    """
    module, function = _entry(path, _WRITERS, "written")
    getattr(import_module(module), function)(network, path)


def _entry(
    path: str | os.PathLike[str], table: dict[str, tuple[str, str]], verb: str
) -> tuple[str, str]:
    suffix = Path(path).suffix.lower()
    if suffix not in table:
        raise ModelFormatError(
            f"{path}: files of kind {suffix!r} cannot be {verb}; known are {', '.join(table)}"
        )
    return table[suffix]
