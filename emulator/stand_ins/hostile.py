"""Answers that no function may fall for, at will: an avatar's seed that begins with `hostile-` names one.

`/gen/avatar/hostile-html.png` has the avatar service answer 200 with a web page, and so on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qs

from emulator.stand_ins import drawing
from emulator.wire import HttpRequest, Send

Answer = tuple[int, tuple[tuple[str, str], ...], bytes]
png = (("Content-Type", "image/png"),)
metadata = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"
picture = drawing.identicon("hostile", 64)
answers: Mapping[str, Answer] = {
    "html": (200, png, b"<!doctype html><title>Sign in</title>"),
    "empty": (200, png, b""),
    "half": (200, png, picture[: len(picture) // 2]),
    "huge": (200, png, picture + bytes(100 * 1024 * 1024)),
    "redirect": (302, (("Location", metadata),), b""),
    "elsewhere": (302, (("Location", "https://evil.example/a.png"),), b""),
    "refused": (401, (("Content-Type", "application/json"),), b'{"error": "no"}'),
}
drip = "drip"
drip_s, drips = 1.0, 60


def named(asked: HttpRequest) -> str:
    """The name of the hostile answer that a request is for; empty for any other."""
    seed = parse_qs(asked.query).get("seed", [""])[0]
    name = seed.removeprefix("hostile-") if seed.startswith("hostile-") else ""
    return name if name == drip or name in answers else ""


async def drop_by_drop(send: Send) -> None:
    """Sends a picture one byte a second."""
    headers = [(b"content-type", b"image/png"), (b"content-length", str(len(picture)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for at in range(drips):
        await asyncio.sleep(drip_s)
        await send({"type": "http.response.body", "body": picture[at : at + 1], "more_body": True})
