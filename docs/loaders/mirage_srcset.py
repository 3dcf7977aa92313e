"""URLs of the ladder for srcset: the filters for Django and for Jinja call this. Standard library only; copy it.

srcset("cats/1.jpg", base="https://d111.cloudfront.net", up_to=1600, ratio="16:9", version="9b2cf535")
"""

from __future__ import annotations

from urllib.parse import quote

widths = (16, 32, 48, 64, 96, 128, 160, 240, 320, 480, 640, 750, 828, 960, 1080, 1200, 1440, 1600, 1920, 2048, 2560)
widths += (3200, 3840)
ratios = (
    "1:1",
    "5:4",
    "4:3",
    "3:2",
    "16:10",
    "16:9",
    "2:1",
    "21:9",
    "4:5",
    "3:4",
    "2:3",
    "10:16",
    "9:16",
    "1:2",
    "9:21",
)
max_side_px = 4096


def step(width: int) -> int:
    """The ladder's least width that is not below; the greatest where all are."""
    return next((each for each in widths if each >= width), widths[-1])


def url(
    path: str,
    width: int | None = None,
    *,
    ratio: str = "",
    fit: str = "cover",
    format: str = "",
    preset: str = "",
    version: str = "",
    base: str = "",
) -> str:
    """The URL of one picture. Raises ValueError for a ratio that is none of the ladder's."""
    if ratio and ratio not in ratios:
        raise ValueError(f"Expected one of {', '.join(ratios)} for ratio, received {ratio}.")
    across, tall = (int(side) for side in (ratio or "1:1").split(":"))
    wide = step(width) if width else None
    asked: dict[str, object] = {"p": preset, "w": wide}
    if ratio and wide:
        asked |= {"h": (2 * wide * tall + across) // (2 * across), "fit": fit}
    asked |= {"f": format, "v": version}
    query = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in asked.items() if value)
    return f"{base}/{quote(path.lstrip('/'))}" + (f"?{query}" if query else "")


def srcset(path: str, *, start: int = 320, up_to: int = 1920, ratio: str = "", **rest: str) -> str:
    """The text of srcset: each step of the ladder from `start` to `up_to`."""
    across, tall = (int(side) for side in (ratio or "1:1").split(":"))
    chosen = [each for each in widths if step(start) <= each <= step(up_to) and each * tall <= max_side_px * across]
    return ", ".join(f"{url(path, each, ratio=ratio, **rest)} {each}w" for each in chosen)
