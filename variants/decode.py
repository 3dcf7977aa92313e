"""From bytes to a picture: the header first, bounded, and only then pixels. Only the stack's decoders are tried.

Nothing process-wide of Pillow is changed; its errors become ours in one place, `reading`.
"""

from __future__ import annotations

import importlib
import io
import struct
import warnings
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from PIL import Image, ImageFile

from variants import errors, webp
from variants.guarded import Guarded, affordable_scans, check_directories, most_exif_bytes
from variants.settings import Limits
from variants.sizes import Size

header_bytes = 32
plugins = {
    "JPEG": "PIL.JpegImagePlugin",
    "PNG": "PIL.PngImagePlugin",
    "WEBP": "PIL.WebPImagePlugin",
    "GIF": "PIL.GifImagePlugin",
    "AVIF": "PIL.AvifImagePlugin",
    "TIFF": "PIL.TiffImagePlugin",
}
orientation_tag = 0x0112


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An opened original: its header is read and within bounds, its pixels are not decoded yet."""

    original: BinaryIO
    picture: ImageFile.ImageFile
    format: str
    size: Size


def open_source(original: BinaryIO, limits: Limits, decoders: tuple[str, ...]) -> Source:
    """The original with its header read, and no pixel.

    Raises errors.Unsupported where no decoder takes it, errors.Broken where its own one cannot read it, and
    errors.TooManyPixels beyond the limits.
    """
    with reading("The original"):
        guarded = Guarded(original)
        guarded.seek(0)
        header = guarded.read(header_bytes)
        kind = recognise(header)
        if kind is None or kind not in decoders:
            raise errors.Unsupported(
                f"Expected a picture as {', '.join(decoders)}, received {kind or 'something else'}."
            )
        check_size(webp.canvas(header) if kind == "WEBP" else (1, 1), limits)
        load_plugin(kind)
        if kind == "AVIF":
            guarded.seek(0)
            check_directories(guarded.read())
        # The plugin's own entrance: Image.open would import five plugins first (10 ms of a cold start).
        factory, _ = Image.OPEN[kind]
        guarded.seek(0)
        hides_alpha = kind == "WEBP" and webp.hides_alpha(header)
        content = io.BytesIO(webp.with_alpha(guarded.read())) if hides_alpha else guarded
        picture = factory(cast("BinaryIO", content), "")
        check_size(picture.size, limits)
        if kind == "JPEG":
            guarded.scans_left = affordable_scans(picture.size[0] * picture.size[1], limits.image_timeout_s)
    return Source(original=original, picture=picture, format=kind, size=picture.size)


def recognise(header: bytes) -> str | None:
    """The name of the decoder for a file that begins so, by its signature alone."""
    if header.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if header.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if header.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if header.startswith(b"RIFF") and header[8:12] == b"WEBP":
        return "WEBP"
    if header[4:8] == b"ftyp" and (b"avif" in header[8:] or b"avis" in header[8:]):
        return "AVIF"
    if header.startswith((b"II*\x00", b"MM\x00*")):
        return "TIFF"
    return None


def load_plugin(kind: str) -> None:
    """Nothing: Pillow's plugin of that name is there afterwards."""
    importlib.import_module(plugins[kind])


def check_size(size: Size, limits: Limits) -> None:
    """Nothing, for a picture within the limits. Raises errors.TooManyPixels."""
    if max(size) > limits.max_source_side_px:
        raise errors.TooManyPixels(
            f"Expected at most {limits.max_source_side_px} pixels a side, received {size[0]}x{size[1]}."
        )
    if size[0] * size[1] > limits.max_source_pixels:
        raise errors.TooManyPixels(f"Expected at most {limits.max_source_pixels} pixels, received {size[0]}x{size[1]}.")


def orientation(source: Source) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none or it makes no sense. XMP's is ignored, as in browsers."""
    if source.format == "TIFF":  # Pillow sets it upright itself
        return 1
    value = exif_tags(source).get(orientation_tag)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def exif_tags(source: Source) -> Mapping[int, object]:
    """The tags of the EXIF block's first directory; none where it makes no sense."""
    found = Image.Exif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if source.format == "TIFF":  # whose own directory this is
                return dict(source.picture.getexif())
            block = source.picture.info.get("exif") or b""
            found.load(block if len(block) <= most_exif_bytes else b"")
            return dict(found)
    except unreadable:
        return {}


# What Pillow's decoders raise on bytes that make no sense; MirageError and the network's errors are none of them.
unreadable = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    MemoryError,
    RuntimeError,
    struct.error,
    zlib.error,
)


@contextmanager
def reading(what: str) -> Iterator[None]:
    """A block in which what Pillow says of broken bytes becomes one of ours, and its warnings are not shown.

    Raises errors.Broken, errors.TooManyPixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (errors.MirageError, ConnectionError, TimeoutError):
        raise
    except Image.DecompressionBombError as error:
        raise errors.TooManyPixels(f"{what} has more pixels than can be decoded.") from error
    except unreadable as error:
        raise errors.Broken(f"{what} cannot be decoded: it is damaged, or cut short.") from error
