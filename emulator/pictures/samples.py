"""The originals that `make run` shows where nobody brought his own: drawn here, the same bytes on every machine."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from emulator.pictures import scenes, still_lifes

# EXIF 2.32, 4.6.4 A "Orientation": how the stored pixels were turned, so that a reader has to turn them back.
turned = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def draw(folder: Path) -> None:
    """Nothing; afterwards `folder` holds the samples, in about a second."""
    for below in ("balloons", "_mirage/watermarks"):
        (folder / below).mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(2) as pool:  # Pillow works outside the interpreter's lock
        for name, content in pool.map(lambda each: (each[0], each[1]()), _pictures()):
            (folder / name).write_bytes(content)
    (folder / "mirage.svg").write_text(logo, encoding="ascii")
    (folder / "manual.pdf").write_bytes(_manual())


def _pictures() -> list[tuple[str, Callable[[], bytes]]]:
    """Each picture's name with what makes its bytes; the slowest first."""
    return [
        ("mountains.jpg", lambda: _jpeg(scenes.mountains())),
        ("aurora.jpg", lambda: _jpeg(scenes.aurora())),
        ("city.jpg", lambda: _jpeg(scenes.city())),
        ("oranges.jpg", lambda: _jpeg(still_lifes.oranges())),
        ("bubbles.png", _bubbles),
        ("_mirage/watermarks/mirage.png", _mark),
        ("orbit.gif", _orbit),
        *((f"balloons/{number}.jpg", lambda number=number: _balloon(number)) for number in range(1, 9)),
    ]


def _jpeg(picture: Image.Image, exif: Image.Exif | None = None) -> bytes:
    written = BytesIO()
    picture.save(written, "JPEG", quality=88, exif=exif or Image.Exif())
    return written.getvalue()


def _balloon(number: int) -> bytes:
    """A JPEG whose pixels lie as EXIF orientation `number` says, with a place where no balloon ever was."""
    exif = Image.Exif()
    exif[0x0112] = number
    exif[0x010F] = "Mirage"
    exif[0x8298] = "Drawn by the emulator"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 0.0), 3: "E", 4: (11.0, 34.0, 0.0)})
    picture = still_lifes.balloon(number)
    return _jpeg(picture.transpose(turned[number]) if number in turned else picture, exif)


def _bubbles() -> bytes:
    written = BytesIO()
    still_lifes.bubbles().save(written, "PNG", compress_level=3)
    return written.getvalue()


def _mark() -> bytes:
    """The sun over its own reflection, white on nothing: the watermark that the dev stack registers."""
    large = Image.new("L", (960, 960))
    pen = ImageDraw.Draw(large)
    pen.ellipse((20, 20, 940, 940), outline=255, width=56)
    pen.pieslice((290, 230, 670, 610), 180, 360, fill=255)
    for row, half in enumerate((290, 200, 110)):
        pen.rounded_rectangle((480 - half, 500 + 112 * row, 480 + half, 556 + 112 * row), 28, fill=255)
    picture = Image.new("RGBA", (240, 240), "white")
    picture.putalpha(large.resize((240, 240), Image.Resampling.LANCZOS))
    written = BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def _orbit() -> bytes:
    first, *others = still_lifes.moon()
    written = BytesIO()
    first.save(written, "GIF", save_all=True, append_images=others, duration=70, loop=0)
    return written.getvalue()


logo = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640" role="img" aria-label="Mirage">
  <defs>
    <linearGradient id="sky" x2="0" y2="1">
      <stop stop-color="#2b1d5c"/><stop offset=".62" stop-color="#f2735c"/><stop offset="1" stop-color="#ffd28a"/>
    </linearGradient>
    <linearGradient id="sea" x2="0" y2="1">
      <stop stop-color="#f6a86a"/><stop offset="1" stop-color="#3a2a78"/>
    </linearGradient>
  </defs>
  <circle cx="320" cy="320" r="300" fill="url(#sky)"/>
  <path d="M20 340a300 300 0 0 0 600 0z" fill="url(#sea)"/>
  <circle cx="320" cy="320" r="104" fill="#fff1c9"/>
  <g fill="none" stroke="#fff1c9" stroke-linecap="round" stroke-width="16">
    <path d="M166 352h308M206 400h228M246 448h148M286 496h68"/>
  </g>
</svg>
"""

page_text = """BT /F1 44 Tf 0.17 0.11 0.36 rg 72 700 Td (Mirage) Tj ET
0.95 0.45 0.36 rg 72 672 160 6 re f
BT /F2 14 Tf 0.2 0.2 0.25 rg 20 TL 72 630 Td
(This is a file, not an image: it is served as it is, ranges included.) Tj T*
(Ask for any other original with ?w=640 and it appears in that size.) Tj ET
"""


def _manual() -> bytes:
    """A PDF of one page. The cross-reference table counts bytes (ISO 32000-1, 7.5.4)."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        f"<< /Length {len(page_text)} >>\nstream\n{page_text}endstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    text, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    return (text + end + trailer).encode("ascii")
