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
    ".nnet": ("plsym.networks.formats.nnet_writer", "save_nnet"),
    ".onnx": ("plsym.interop.onnx_writer", "save_onnx"),
    ".pt": ("plsym.interop.torch_writer", "save_torch"),
    ".pth": ("plsym.interop.torch_writer", "save_torch"),
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
    >>> pl.save(pl.sawtooth_network(3), "net.npz")
    >>> pl.load("net.npz").widths
    (2, 2, 2)
    """
    module, function = _entry(path, _READERS, "read")
    network: ReLUNetwork = getattr(import_module(module), function)(path, **options)
    return network


def save(network: ReLUNetwork, path: str | os.PathLike[str], **options: Any) -> None:
    """Write a network to a file, exactly; the suffix says which kind.

    Parameters
    ----------
    network : ReLUNetwork
    path : path
        .json (all numbers as text) and .npz hold every network.  .onnx, .nnet and .pt
        (a state dict) hold those whose weights are floats and whose layers the format
        knows.  The file appears complete or not at all.
    **options
        Passed to the writer of that kind, for example ``box=[(0, 1)]`` for .nnet.

    Raises
    ------
    ModelFormatError
        If the suffix is not one of these, or the format cannot hold the network exactly.
    UnsupportedLayerError
        If the format has no such layer.
    MissingExtraError
        If the library for the kind is not installed.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> pl.save(pl.sawtooth_network(3), "net.json")
    >>> pl.load("net.json")
    <ReLUNetwork: 1 inputs, hidden widths (2, 2, 2), 1 outputs, 19 parameters>
    """
    module, function = _entry(path, _WRITERS, "written")
    getattr(import_module(module), function)(network, path, **options)


def _entry(
    path: str | os.PathLike[str], table: dict[str, tuple[str, str]], verb: str
) -> tuple[str, str]:
    suffix = Path(path).suffix.lower()
    if suffix not in table:
        raise ModelFormatError(
            f"{path}: files of kind {suffix!r} cannot be {verb}; known are {', '.join(table)}"
        )
    return table[suffix]
