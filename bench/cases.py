"""What the engines are asked for: each case a picture, an output and the group whose mean it counts in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from bench import places

# What the peer's own defaults are: sharp's documentation, "Output options", read 2026-11. PNG there is level 6.
peer_quality = {"jpg": 80, "webp": 80, "avif": 50}
peer_names = {"jpg": "jpeg", "webp": "webp", "avif": "avif", "png": "png"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`height` only for a crop that covers both sides; else the picture's own ratio. `frame` is what is compared."""

    group: str
    picture: Path
    width: int
    form: str
    height: int | None = None
    animated: bool = False
    frame: int = 0

    @property
    def name(self) -> str:
        size = f"{self.width}" if self.height is None else f"{self.width}x{self.height}"
        return f"{self.picture.name} → {size} {self.form}"

    @property
    def options(self) -> str:
        """The options segment of the key that Mirage is asked for."""
        crop = "" if self.height is None else f",h={self.height},fit=cover"
        return f"e1,w={self.width}{crop},f={self.form}"

    def asked_of_us(self, out: Path | None) -> dict[str, object]:
        return {"path": str(self.picture), "options": self.options, "out": str(out) if out else ""}

    def asked_of_peer(self, out: Path | None, quality: int | None) -> dict[str, object]:
        return {
            "path": str(self.picture),
            "out": str(out) if out else "",
            "animated": self.animated,
            "width": self.width,
            "height": self.height,
            "fit": "inside" if self.height is None else "cover",
            "format": peer_names[self.form],
            "encoder": {} if quality is None else {"quality": quality},
        }


def cases(originals: Path | None) -> Iterator[Case]:
    """All cases: those of the pictures drawn here, and those of a folder of originals."""
    yield from _of_photographs()
    yield from _of_others()
    if originals is not None:
        for path in sorted(originals.iterdir()):
            yield from _of_original(path)


def _of_photographs() -> Iterator[Case]:
    sizes = {"photo-2mp": (160, 320, 640, 1080), "photo-6mp": (160, 320, 640, 1080, 1600)}
    sizes |= {"photo-24mp": (320, 640, 1080, 1600), "photo-48mp": (320, 640, 1600)}
    sizes |= {"photo-6mp-progressive": (320, 1080)}
    for name, widths in sizes.items():
        for width in widths:
            yield Case(group="JPEG → JPEG", picture=_drawn(f"{name}.jpg"), width=width, form="jpg")
    for name, widths in {
        "photo-2mp": (320, 640),
        "photo-6mp": (320, 640, 1080, 1600),
        "photo-24mp": (640, 1600),
    }.items():
        for width in widths:
            yield Case(group="JPEG → WebP", picture=_drawn(f"{name}.jpg"), width=width, form="webp")
    for name, width in (("photo-2mp", 320), ("photo-6mp", 640), ("photo-6mp", 1080), ("photo-24mp", 1600)):
        yield Case(group="JPEG → AVIF", picture=_drawn(f"{name}.jpg"), width=width, form="avif")
    for name, width, height in (("photo-6mp", 400, 400), ("photo-24mp", 1200, 630), ("photo-48mp", 320, 480)):
        yield Case(group="cover crop", picture=_drawn(f"{name}.jpg"), width=width, height=height, form="jpg")


def _of_others() -> Iterator[Case]:
    for width in (200, 400, 1080):
        for form in ("png", "webp"):
            yield Case(group="PNG in", picture=_drawn("cut-out-3mp.png"), width=width, form=form)
    for form in ("png", "webp", "jpg"):
        yield Case(group="PNG in", picture=_drawn("photo-6mp.png"), width=720, form=form)
    for width in (320, 640, 1080):
        yield Case(group="WebP in", picture=_drawn("photo-6mp.webp"), width=width, form="webp")
    for form, width in (("jpg", 320), ("webp", 640), ("webp", 1080)):
        yield Case(group="AVIF in", picture=_drawn("photo-2mp.avif"), width=width, form=form)
    for name, width in (("pan-40", 240), ("marks-40", 200), ("marks-40", 320)):
        yield Case(group="animation", picture=_drawn(f"{name}.gif"), width=width, form="webp", animated=True, frame=7)


def _of_original(path: Path) -> Iterator[Case]:
    """Of somebody's own picture, in the formats that a page would take; what cannot be read gives none."""
    try:
        with Image.open(path) as opened:
            opened.load()
            kind, size, mode = opened.format, opened.size, opened.mode
            frames = int(getattr(opened, "n_frames", 1))
    except (UnidentifiedImageError, OSError, ValueError):
        return
    forms = {"JPEG": ("jpg", "webp"), "PNG": ("png", "webp"), "WEBP": ("webp",), "AVIF": ("webp",), "GIF": ("webp",)}
    named = {"JPEG": "JPEG → {}", "PNG": "PNG in", "WEBP": "WebP in", "AVIF": "AVIF in", "GIF": "animation"}
    if kind not in forms or mode in ("CMYK", "I;16", "L") or (kind == "GIF") != (frames > 1) or max(size) < 400:
        return
    for width in (each for each in (320, 1080) if each < size[0]):
        for form in forms[kind]:
            group = named[kind].format({"jpg": "JPEG", "webp": "WebP"}.get(form, form))
            moving = kind == "GIF"
            frame = min(7, frames - 1) if moving else 0
            yield Case(group=group, picture=path, width=width, form=form, animated=moving, frame=frame)


def _drawn(name: str) -> Path:
    return places.pictures / name
