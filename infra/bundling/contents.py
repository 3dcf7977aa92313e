"""What goes into the zips: an allow-list. What is not named here does not ship."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What variants/ imports of Pillow, and what that imports. Text, Tk, Qt, morphology and the other plugins stay out
# (performance.md 7: 20 MB to 16 MB, and no decoder that nobody asked for).
pillow_modules = (
    *("__init__", "_binary", "_deprecate", "_typing", "_util", "_version", "features"),
    *("ExifTags", "GimpGradientFile", "GimpPaletteFile", "Image", "ImageChops", "ImageCms", "ImageColor", "ImageDraw"),
    *("ImageEnhance", "ImageFile", "ImageFilter", "ImageFont", "ImageMode", "ImageOps", "ImagePalette"),
    *("ImageSequence", "ImageStat", "ImageText", "ImageTransform", "JpegPresets", "PaletteFile", "TiffTags"),
    *("AvifImagePlugin", "GifImagePlugin", "JpegImagePlugin", "MpoImagePlugin", "PngImagePlugin", "TiffImagePlugin"),
    "WebPImagePlugin",
)
pillow_extensions = ("_avif", "_imaging", "_imagingcms", "_webp")
# What those link, directly or not (readelf -d): _imaging itself needs tiff, openjp2 and xcb.
pillow_libraries = (
    *("libXau", "libavif", "libjpeg", "liblcms2", "liblzma", "libopenjp2", "libsharpyuv", "libtiff"),
    *("libwebp", "libwebpdemux", "libwebpmux", "libxcb", "libzstd"),
)
# botocore's descriptions of the services that origin/ calls, and those of all services.
botocore_services = ("s3/2006-03-01", "cloudfront/2020-05-31", "sqs/2012-11-05", "sns/2010-03-31")

imaging_packages = (
    rf"PIL/(?:{'|'.join(pillow_modules)})\.py",
    rf"PIL/(?:{'|'.join(pillow_extensions)})\.[a-z0-9_-]+\.so",
    rf"pillow\.libs/(?:{'|'.join(pillow_libraries)})-[0-9a-f]+\.so[0-9.]*",
)
edge_packages = (
    *imaging_packages,
    r"urllib3/(?!contrib/emscripten/).+\.py",
    # requests and what it imports; not its detector of text encodings (variants/pinned.py).
    r"(?:requests|idna)/[^/]+\.py",
    r"certifi/(?:[^/]+\.py|cacert\.pem)",
)
origin_packages = (
    *imaging_packages,
    r"urllib3/(?!contrib/emscripten/).+\.py",
    r"(?:boto3|botocore|dateutil|jmespath|s3transfer)/(?!data/).+\.py",
    r"six\.py",
    r"botocore/cacert\.pem",
    r"botocore/data/[^/]+\.json",
    rf"botocore/data/(?:{'|'.join(botocore_services)})/(?!examples).+\.json(?:\.gz)?",
)
# PyJWT and what verifies and signs for it; its Rust library links cffi's own.
token_packages = (
    r"urllib3/(?!contrib/emscripten/).+\.py",
    r"jwt/[^/]+\.py",
    r"cryptography/.+\.py",
    r"cryptography/hazmat/bindings/_rust\.abi3\.so",
    r"_cffi_backend\.[a-z0-9_-]+\.so",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """One zip: folders of ours (`*.py` and `*.json` directly in them), and patterns of the lock's packages' files.

    `architecture` is Lambda's word for the processor that the packages are for.
    """

    name: str
    lock: str
    folders: tuple[str, ...]
    packages: tuple[str, ...]
    architecture: str = "x86_64"

    def takes(self, path: str) -> bool:
        """Whether a package's file ships."""
        return any(re.fullmatch(pattern, path) for pattern in self.packages)

    def own_files(self, project: Path) -> Iterator[tuple[str, bytes]]:
        """Our files by their names in the zip, sorted."""
        for folder in self.folders:
            for path in sorted((project / folder).iterdir()):
                if path.suffix in (".py", ".json"):
                    yield f"{folder}/{path.name}", path.read_bytes()


edge = Contents(name="edge", lock="edge", folders=("variants", "edge"), packages=edge_packages)
origin = Contents(name="origin", lock="origin", folders=("variants", "origin"), packages=origin_packages)
# What generators make that takes long: the edge's packages, run in the Region.
on_demand = Contents(name="on_demand", lock="edge", folders=("variants", "origin"), packages=edge_packages)
# The edge's work in the Region, on its cheaper processors.
regional = Contents(
    name="regional", lock="edge", folders=("variants", "origin"), packages=edge_packages, architecture="arm64"
)
# The exchange of identity providers' tokens.
token = Contents(name="token", lock="token", folders=("variants", "origin"), packages=token_packages)
