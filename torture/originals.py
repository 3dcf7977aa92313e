"""The originals that the torture asks for: small, all different, some with hard names and some that are no pictures."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from torture.pieces import encoded, scene

count = 20
# Names that URLs spell in many ways. NFC only: the emulator's folder makes NFC of what it copies.
hard = (
    "cafe\u0301 au lait.jpg",
    "a+b c&d=e,f.png",
    "\u05e9\u05dc\u05d5\u05dd.webp",
    "100%.gif",
    "e1,w=9.jpg",
    "~tilde!'()*.png",
)


def names() -> list[str]:
    """The keys of the originals that can be decoded."""
    plain = [f"p/{number}.{('jpg', 'png', 'webp', 'gif')[number % 4]}" for number in range(count)]
    return [*plain, *(unicodedata.normalize("NFC", f"odd/{name}") for name in hard)]


def draw(folder: Path) -> dict[str, list[bytes]]:
    """Writes the originals; each key with its only version."""
    forms = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}
    made = {
        name: encoded(scene((160 + number, 120), number * 9), forms[name.rpartition(".")[2]])
        for number, name in enumerate(names())
    }
    made["p/broken.jpg"] = made["p/0.jpg"][:700]
    made["p/text.png"] = b"no picture at all"
    made["p/noise.png"] = encoded(scene((900, 700)).effect_spread(400), "PNG") + os.urandom(0)
    for name, body in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return {name: [body] for name, body in made.items()}
