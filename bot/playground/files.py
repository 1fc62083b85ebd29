"""Files that were sent: pictures in several sizes, documents, and where a bot may download them."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import PurePosixPath
from typing import Any

from PIL import Image, UnidentifiedImageError

PHOTO_UPLOAD_LIMIT = 10 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
DOWNLOAD_LIMIT = 20 * 1024 * 1024

_SIDES = (90, 320, 1280)  # the sizes Telegram makes of a photo
_PROFILE_SIDES = (160, 320)
_FOLDERS = {"photo": "photos", "document": "documents", "voice": "voice", "picture": "profile_photos"}


class NotAPicture(Exception):
    """The bytes are no picture that Telegram would take."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    file_id: str
    unique_id: str
    path: str
    data: bytes
    mime_type: str = ""
    name: str = ""
    width: int = 0
    height: int = 0
    sizes: tuple[StoredFile, ...] = ()

    def shown(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.data),
        }
        return body | ({"width": self.width, "height": self.height} if self.width else {})


class Files:
    """Everything that was ever uploaded; ids are counted, so that the same calls give the same ids."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def by_id(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)

    def document(
        self, data: bytes, name: str = "", mime_type: str = "", kind: str = "document"
    ) -> StoredFile:
        suffix = PurePosixPath(name).suffix
        return self._keep(
            kind, data, suffix if suffix[1:].isalnum() and suffix.isascii() else "", mime_type, name
        )

    def photo(self, data: bytes) -> StoredFile:
        """Re-encoded as JPEG in several sizes, as Telegram does; the last of `sizes` is the largest."""
        picture = _opened(data)
        sizes = []
        for side in _SIDES:
            small = picture.copy()
            small.thumbnail((side, side))
            encoded = io.BytesIO()
            small.save(encoded, "JPEG", quality=87)
            sizes.append(
                self._keep("photo", encoded.getvalue(), ".jpg", "image/jpeg", "", small.width, small.height)
            )
            if small.size == picture.size:
                break
        return self._with_sizes(sizes)

    def raw_photo(self, data: bytes, width: int, height: int) -> StoredFile:
        """Bytes passed off as a photo unseen: damaged or hostile ones, to see what a bot makes of them."""
        return self._with_sizes([self._keep("photo", data, ".jpg", "image/jpeg", "", width, height)])

    def profile_picture(self, data: bytes) -> StoredFile:
        return self._with_sizes(
            [
                self._keep("picture", _square(data, side), ".png", "image/png", "", side, side)
                for side in _PROFILE_SIDES
            ]
        )

    def _with_sizes(self, sizes: list[StoredFile]) -> StoredFile:
        largest = sizes[-1]
        return StoredFile(
            largest.file_id,
            largest.unique_id,
            largest.path,
            largest.data,
            largest.mime_type,
            largest.name,
            largest.width,
            largest.height,
            tuple(sizes),
        )

    def _keep(
        self,
        kind: str,
        data: bytes,
        suffix: str,
        mime_type: str,
        name: str = "",
        width: int = 0,
        height: int = 0,
    ) -> StoredFile:
        number = next(self._numbers)
        mark = hashlib.sha256(data).hexdigest()
        stored = StoredFile(
            f"PG{kind[:2].upper()}{number:07d}{mark[:24]}",
            f"AQ{number:07d}{mark[:7]}",
            f"{_FOLDERS.get(kind, kind)}/file_{number}{suffix}",
            data,
            mime_type,
            name,
            width,
            height,
        )
        self._by_id[stored.file_id] = stored
        self._by_path[stored.path] = stored
        return stored


@lru_cache(maxsize=128)
def _square(data: bytes, side: int) -> bytes:
    encoded = io.BytesIO()
    _opened(data).resize((side, side)).save(encoded, "PNG", compress_level=1)
    return encoded.getvalue()


def _opened(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
            if width + height > 10_000 or max(width, height) > 20 * min(width, height):
                raise NotAPicture("PHOTO_INVALID_DIMENSIONS")
            return picture.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPicture("IMAGE_PROCESS_FAILED") from error
