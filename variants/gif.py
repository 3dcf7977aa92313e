"""GIF animations as browsers show them: each frame decoded by Pillow, laid on the canvas by its own disposal.

Pillow's own compositing restores to the background colour where browsers restore to nothing. GIF89a, W3C 1990.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from variants.decode import load_plugin
from variants.sizes import Size

_to_background, _to_previous = 2, 3
# A graphic control extension without a time, as browsers take it; gif2webp does the same.
default_duration_ms = 100
# Reads of one file: 25 MB in full sub-blocks are 200,000, 100,000 frames of one pixel are a million. A second's work.
most_reads = 3_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GifFrame:
    """One frame's place on the canvas, its control block, and its bytes as a picture of their own."""

    corner: tuple[int, int]
    size: Size
    disposal: int
    transparent: int | None
    duration_ms: int
    alone: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class GifFilm:
    """`plays` is how often the film is shown; 0 is for ever. `frames` may end after as many as were asked for."""

    frames: tuple[GifFrame, ...]
    plays: int


@dataclass(slots=True)
class _Cursor:
    content: bytes
    at: int = 0
    reads_left: int = most_reads

    def take(self, length: int) -> bytes:
        self.at += length
        self.reads_left -= 1
        if self.reads_left < 0:
            raise EOFError("The GIF has more blocks than are read.")
        if self.at > len(self.content):
            raise EOFError("The GIF ends early.")
        return self.content[self.at - length : self.at]

    def blocks(self) -> bytes:
        """The sub-blocks that begin here, with their lengths and the terminator."""
        start = self.at
        while length := self.take(1)[0]:
            self.take(length)
        return self.content[start : self.at]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Control:
    disposal: int = 0
    transparent: int | None = None
    duration_ms: int = default_duration_ms


def scan(content: bytes, most: int) -> GifFilm:
    """The film's frames, `most` of them at the most, none of them decoded. A last frame that is cut short is left out.

    Raises EOFError where there is no first frame.
    """
    cursor = _Cursor(content, 6)
    palette = _screen(cursor)
    frames: list[GifFrame] = []
    control, plays = _Control(), 1
    try:
        while len(frames) < most and (kind := cursor.take(1)) != b";":
            if kind == b",":
                frames.append(_frame(cursor, palette, control))
                control = _Control()
            elif kind == b"!":
                label, body = cursor.take(1)[0], cursor.blocks()
                control = _control(body) if label == 0xF9 and len(body) >= 5 else control
                plays = _plays(body) if label == 0xFF and body[1:12] == b"NETSCAPE2.0" else plays
    except EOFError:
        if not frames:
            raise
    return GifFilm(frames=tuple(frames), plays=plays)


def _screen(cursor: _Cursor) -> bytes:
    """The global palette; gray steps where there is none."""
    screen = cursor.take(7)
    return _palette(cursor, screen[4]) or bytes(step for step in range(256) for _ in range(3))


def _palette(cursor: _Cursor, flags: int) -> bytes:
    return cursor.take(3 * (2 << (flags & 7))) if flags & 0x80 else b""


def _control(body: bytes) -> _Control:
    """A graphic control extension: length, flags, hundredths of a second, transparent index. GIF89a, section 23."""
    flags = body[1]
    hundredths = int.from_bytes(body[2:4], "little")
    return _Control(
        disposal=flags >> 2 & 7,
        transparent=body[4] if flags & 1 else None,
        duration_ms=10 * hundredths or default_duration_ms,
    )


def _plays(body: bytes) -> int:
    """How often the film plays: the block counts repetitions after the first, and 0 is for ever."""
    repeats = int.from_bytes(body[14:16], "little") if len(body) >= 16 and body[13] == 1 else 0
    return repeats + 1 if repeats else 0


def _frame(cursor: _Cursor, palette: bytes, control: _Control) -> GifFrame:
    left, top, wide, high = (int.from_bytes(cursor.take(2), "little") for _ in range(4))
    flags = cursor.take(1)[0]
    local = _palette(cursor, flags) or palette
    bits = (len(local) // 3).bit_length() - 2
    pixels = cursor.take(1) + cursor.blocks()
    measures = wide.to_bytes(2, "little") + high.to_bytes(2, "little")
    screen = b"GIF89a" + measures + bytes((0x80 | bits, 0, 0)) + local
    alone = screen + b"," + bytes(4) + measures + bytes((flags & 0x40,)) + pixels + b";"
    return GifFrame(
        corner=(left, top),
        size=(wide, high),
        disposal=control.disposal,
        transparent=control.transparent,
        duration_ms=control.duration_ms,
        alone=alone,
    )


def show(frames: tuple[GifFrame, ...], canvas_size: Size) -> Iterator[Image.Image]:
    """The canvas after each frame, until the next is asked for. RGB as long as frames cover it all, else RGBA.

    Most films begin with a whole frame: a third less work than on a canvas with alpha that is copied each time.
    """
    load_plugin("GIF")
    canvas = Image.new("RGBA", canvas_size)
    for frame in frames:
        before = canvas.copy() if frame.disposal == _to_previous else None
        picture = _pixels(frame)
        if picture.mode == "RGB" and frame.size == canvas_size and frame.corner == (0, 0):
            canvas = picture
        else:
            canvas.paste(picture, frame.corner, picture if picture.mode == "RGBA" else None)
        yield canvas
        if before is not None:
            canvas = before
        elif frame.disposal == _to_background:
            canvas = canvas if canvas.mode == "RGBA" else canvas.convert("RGBA")
            canvas.paste(
                (0, 0, 0, 0), (*frame.corner, frame.corner[0] + frame.size[0], frame.corner[1] + frame.size[1])
            )


def _pixels(frame: GifFrame) -> Image.Image:
    factory, _ = Image.OPEN["GIF"]
    picture = factory(io.BytesIO(frame.alone), "")
    picture.load()
    if frame.transparent is None:
        return picture.convert("RGB")
    picture.info["transparency"] = frame.transparent
    return picture.convert("RGBA")
