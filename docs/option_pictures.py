"""Pictures of what each option does, for docs/url.md: drawn by the running product, of the emulator's own samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx

folder = Path(__file__).parent / "images" / "options"
extensions = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif", "image/avif": "avif"}

# option → URLs, each of which shows a value of it. All are answered by the dev stack.
shown: Mapping[str, tuple[str, ...]] = {
    "w": ("mountains.jpg?w=160",),
    "h": ("mountains.jpg?h=80",),
    "fit": tuple(f"mountains.jpg?w=96&h=96&fit={fit}&bg=ffd28a" for fit in ("contain", "cover", "pad", "stretch")),
    "up": tuple(f"orbit.gif?rect=240,120,70,70&anim=0&w=120&up={up}" for up in "01"),
    "dpr": ("mountains.jpg?w=80", "mountains.jpg?w=80&dpr=2"),
    "ar": ("mountains.jpg?w=150&ar=16:9", "mountains.jpg?w=150&ar=3:1"),
    "g": tuple(f"balloons/1.jpg?w=64&h=96&fit=cover&g={g}" for g in ("w", "centre", "e", "smart")),
    "fp": ("city.jpg?w=80&h=96&fit=cover&fp=0.1,0.5", "city.jpg?w=80&h=96&fit=cover&fp=0.9,0.5"),
    "rect": ("city.jpg?rect=900,150,900,600&w=150",),
    "trim": ("bubbles.png?w=120&f=png", "bubbles.png?trim=0&w=120&f=png"),
    "rot": tuple(f"balloons/1.jpg?h=80&rot={rot}" for rot in (0, 90, 180, 270)),
    "flip": ("city.jpg?w=120", "city.jpg?w=120&flip=h", "city.jpg?w=120&flip=v"),
    "bg": tuple(f"mountains.jpg?w=96&h=96&fit=pad&bg={bg}" for bg in ("2b1d5c", "auto", "blur")),
    "pad": ("oranges.jpg?w=96&pad=8&bg=2b1d5c",),
    "blur": ("oranges.jpg?w=96", "oranges.jpg?w=96&blur=3"),
    "sharp": ("oranges.jpg?w=96", "oranges.jpg?w=96&sharp=20"),
    "bri": tuple(f"city.jpg?w=120&bri={bri}" for bri in (-40, 40)),
    "con": tuple(f"city.jpg?w=120&con={con}" for con in (-50, 50)),
    "sat": tuple(f"oranges.jpg?w=96&sat={sat}" for sat in (-70, 70)),
    "gray": ("oranges.jpg?w=96&gray=1",),
    "radius": ("oranges.jpg?w=96&radius=16&f=png", "oranges.jpg?w=96&radius=max&f=png"),
    "wm": ("mountains.jpg?w=200&wm=mirage",),
    "q": tuple(f"oranges.jpg?w=128&q={q}" for q in (5, 80, "auto")),
    "anim": ("orbit.gif?w=80&f=gif", "orbit.gif?w=80&anim=0&f=gif"),
    "meta": ("balloons/2.jpg?h=96&meta=copyright",),
    "dl": ("balloons/3.jpg?h=96&dl=1",),
    "v": ("balloons/4.jpg?h=96&v=03f2a0f8",),
    "f": ("bubbles.png?w=120&f=png", "bubbles.png?w=120&f=jpg", "bubbles.png?w=120&f=webp"),
    "p": ("city.jpg?p=card&f=png",),
}


class Site(Protocol):
    def get(self, target: str) -> httpx.Response: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """`url` as a person would write it; `target` names the format, which the file's name has as its extension."""

    url: str
    target: str
    name: str


def shots() -> dict[str, tuple[Shot, ...]]:
    """The pictures of each option, in the order of `shown`."""
    return {
        option: tuple(_shot(option, number, url) for number, url in enumerate(urls, 1))
        for option, urls in shown.items()
    }


def _shot(option: str, number: int, url: str) -> Shot:
    _, names_format, form = url.rpartition("&f=")
    target = url if names_format else f"{url}&f=jpg"
    return Shot(url=f"/{url}", target=f"/{target}", name=f"{option}-{number}.{form if names_format else 'jpg'}")


def take(site: Site) -> None:
    """Nothing: `folder` holds a picture for each URL, and no other."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = [shot for each in shots().values() for shot in each]
    for old in folder.iterdir():
        old.unlink()
    for shot in taken:
        answer = site.get(shot.target)
        assert answer.status_code == 200, f"{shot.target}: {answer.text}"
        assert extensions[answer.headers["content-type"]] == shot.name.rpartition(".")[2], shot.target
        assert "&v=" not in shot.target or "immutable" in answer.headers["cache-control"], f"{shot.target} is outdated"
        (folder / shot.name).write_bytes(answer.content)
