"""What a zip archive may unpack to: .npz and .pt files are archives."""

from __future__ import annotations

import io
import struct
import zipfile

from plsym.errors import ModelFormatError

__all__ = ["check_archive"]

_MAX_BYTES = 1 << 32
_MOST_PACKED = 1032  # times that deflate can shrink a file
_KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def check_archive(content: bytes, name: str, kind: str) -> None:
    """Refuse an archive that unpacks to more than its size can honestly hold.

    Parameters
    ----------
    content : bytes
        The whole file.
    name : str
        How errors name it.
    kind : str
        What it should be, such as "an .npz file".

    Raises
    ------
    ModelFormatError
        If this is no zip archive, if it is encrypted or compressed in a way that neither
        numpy nor PyTorch uses, if its members share bytes or lie about their sizes, or if
        they unpack to more than 4 GiB.

    Examples
    --------
    >>> from plsym.networks.formats.archives import check_archive
    >>> check_archive(b"not a zip", "net.npz", "an .npz file")
    Traceback (most recent call last):
    ...
    plsym.errors.ModelFormatError: net.npz is not an .npz file: File is not a zip file
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise ModelFormatError(f"{name} is not {kind}: {error}") from None
    for member in members:
        if member.compress_type not in _KINDS or member.flag_bits & 1:
            raise ModelFormatError(f"{name}: {member.filename!r} is packed in an unknown way")
    size = sum(member.file_size for member in members)
    if size > _MAX_BYTES:
        raise ModelFormatError(f"{name}: the arrays take {size} bytes, the limit is 4 GiB")
    if size > _MOST_PACKED * len(content):
        raise ModelFormatError(
            f"{name}: {len(content)} bytes cannot unpack to {size}; the archive is damaged, or "
            "a trap"
        )
