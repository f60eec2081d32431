"""Reading a state dict from a file that nobody vouches for."""

from __future__ import annotations

import io
import pickle
import pickletools
import re
import zipfile
from pathlib import Path
from typing import Any

from plsym.errors import ModelFormatError
from plsym.exact.rationals import brief
from plsym.networks.formats.archives import check_archive

__all__ = ["check_entry", "load_state"]

# What the pickle of a state dict names.  PyTorch allows more, such as bytearray, whose
# call with a large number fills the memory.
_NAMES = re.compile(
    r"collections OrderedDict|torch\._utils _rebuild_(tensor_v[23]|parameter)"
    r"|torch \w+Storage|torch Size|torch b?float\d+|torch u?int\d+|torch bool"
    r"|torch\.nn\.parameter Parameter"
)
_OLD_PARTS = 5  # pickles at the start of a file of PyTorch before 1.6


def load_state(torch: Any, path: Path) -> Any:
    """Load a ``.pt`` file with ``weights_only=True``, after a look at what it asks for.

    Raises
    ------
    ModelFormatError
        If it is damaged, holds more than a state dict, or unpacks to far more than its size.
    OSError
        If it cannot be read.
    """
    content = path.read_bytes()
    try:
        _check_names(content, str(path))
        return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except ModelFormatError:
        raise
    except Exception as error:  # torch raises many classes for corrupt or unsafe files
        raise ModelFormatError(
            f"{path} is not a state dict that can be loaded safely: {type(error).__name__}; "
            "save one with torch.save(model.state_dict(), path)"
        ) from error


def _check_names(content: bytes, name: str) -> None:
    """Go through the pickles without running them."""
    if content.startswith(b"PK"):
        check_archive(content, name, "a file of torch.save")
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [archive.read(m) for m in archive.namelist() if m.endswith("data.pkl")]
        streams = [io.BytesIO(part) for part in parts]
    else:
        streams = [io.BytesIO(content)] * _OLD_PARTS
    for stream in streams:
        for opcode, argument, _ in pickletools.genops(stream):
            if opcode.name in ("INST", "STACK_GLOBAL", "EXT1", "EXT2", "EXT4") or (
                opcode.name == "GLOBAL" and not _NAMES.fullmatch(str(argument))
            ):
                raise pickle.UnpicklingError(f"{argument} does not belong to a state dict")


def check_entry(torch: Any, key: Any, value: Any) -> None:
    """Insist on a name with a plain tensor that holds all its entries."""
    if not isinstance(key, str) or not isinstance(value, torch.Tensor):
        raise ModelFormatError(
            f"the state dict maps {brief(key)} to a {type(value).__name__}; names with tensors "
            "are needed"
        )
    plain = value.layout is torch.strided and value.device.type != "meta"
    if not plain or value.is_quantized or value.is_complex():
        raise ModelFormatError(f"{key!r} is no dense tensor of real numbers: {value.dtype}")
    if value.numel() * value.element_size() > max(4096, value.untyped_storage().nbytes()):
        raise ModelFormatError(
            f"{key!r} has {value.numel()} entries, of which its memory holds only a part"
        )
