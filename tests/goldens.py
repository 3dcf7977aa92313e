"""The golden pictures: `tests/golden/<key>.png` is what `<key>` looks like. Look at them; `make golden` writes them.

Written only by `python -m tests.goldens`; tests/test_imaging_goldens.py compares. Frames of a film lie side by side.
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path

from PIL import Image, ImageDraw

from tests.drawn import encoded, exif, landscape, matrix_profile
from variants import imaging
from variants.grammar import parse
from variants.settings import Limits, Watermark

folder = Path(__file__).parent / "golden"
decoders = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF")
display_p3 = matrix_profile((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841), 2.2)


def originals() -> dict[str, bytes]:
    scene = landscape((192, 128))
    holed = scene.convert("RGBA")
    ImageDraw.Draw(holed).ellipse((60, 30, 130, 100), fill=(0, 0, 0, 0))
    framed = Image.new("RGB", (240, 160), (245, 245, 240))
    framed.paste(scene, (30, 10))
    corner = Image.new("RGB", (320, 128), (150, 190, 230))
    corner.paste(scene.crop((110, 0, 180, 70)), (230, 40))
    turned = scene.transpose(Image.Transpose.ROTATE_90)
    film = [_film_frame(step) for step in range(4)]
    sixteen = Image.linear_gradient("L").convert("I").point(lambda value: value * 257).convert("I;16")
    return {
        "scene.jpg": encoded(scene, "JPEG", quality=95, subsampling=0),
        "turned.jpg": encoded(turned, "JPEG", quality=95, exif=exif(orientation=6)),
        "press.jpg": encoded(scene.convert("CMYK"), "JPEG", quality=95),
        "holed.png": encoded(holed, "PNG"),
        "framed.png": encoded(framed, "PNG"),
        "corner.png": encoded(corner, "PNG"),
        "wide.png": encoded(Image.new("RGB", (16, 16), (200, 100, 50)), "PNG", icc_profile=display_p3),
        "sixteen.png": encoded(sixteen.resize((64, 64)), "PNG"),
        "palette.png": encoded(scene.quantize(16), "PNG", transparency=3),
        "film.gif": encoded(film[0], "GIF", save_all=True, append_images=film[1:], duration=80, loop=0),
    }


def _film_frame(step: int) -> Image.Image:
    frame = landscape((96, 64))
    ImageDraw.Draw(frame).rectangle((step * 24, 20, step * 24 + 20, 40), fill=(255, 60, 60))
    return frame.quantize(64)


def mark() -> bytes:
    picture = Image.new("RGBA", (120, 60))
    ImageDraw.Draw(picture).rounded_rectangle((2, 2, 117, 57), 28, fill=(255, 255, 255), outline=(200, 0, 0), width=8)
    return encoded(picture, "PNG")


watermarks = {
    "logo": Watermark(key="logo"),
    "all": Watermark(key="logo", tile=True, opacity_percent=30),
    "top": Watermark(key="logo", position="n", scale_percent=50, opacity_percent=100),
}

spelt = """
scene.jpg/e1,f=auto
scene.jpg/e1,w=96,f=jpg
scene.jpg/e1,h=32,f=webp
scene.jpg/e1,w=64,h=64,f=png
scene.jpg/e1,w=64,h=64,fit=cover,f=png
scene.jpg/e1,w=64,h=64,fit=pad,f=png
scene.jpg/e1,w=64,h=64,fit=stretch,f=png
scene.jpg/e1,w=256,up=1,f=png
scene.jpg/e1,w=48,h=64,fit=cover,g=e,f=png
scene.jpg/e1,w=96,h=96,fit=pad,g=s,bg=3366cc,f=png
scene.jpg/e1,w=48,h=64,fit=cover,fp=25x50,f=png
scene.jpg/e1,rect=100x0x80x60,f=png
scene.jpg/e1,w=64,rot=90,f=png
scene.jpg/e1,w=96,rot=180,flip=h,f=png
scene.jpg/e1,w=96,h=96,fit=pad,bg=blur,f=png
scene.jpg/e1,w=96,h=96,fit=pad,bg=auto,f=png
scene.jpg/e1,w=96,h=96,fit=pad,bg=ff000080,f=png
scene.jpg/e1,w=96,bg=222222,pad=8,f=png
scene.jpg/e1,w=96,blur=3,f=png
scene.jpg/e1,w=96,sharp=20,f=png
scene.jpg/e1,w=96,bri=30,f=png
scene.jpg/e1,w=96,con=50,f=png
scene.jpg/e1,w=96,sat=-60,f=png
scene.jpg/e1,w=96,gray=1,f=png
scene.jpg/e1,w=96,radius=16,f=png
scene.jpg/e1,w=64,h=64,fit=cover,radius=max,f=png
scene.jpg/e1,w=96,bg=000000,radius=16,f=jpg
scene.jpg/e1,w=96,wm=logo,f=png
scene.jpg/e1,w=96,wm=all,f=png
scene.jpg/e1,w=96,wm=top,f=png
scene.jpg/e1,w=96,q=10,f=jpg
scene.jpg/e1,w=96,q=auto,f=jpg
scene.jpg/e1,w=96,q=20,f=avif
scene.jpg/e1,w=96,f=gif
turned.jpg/e1,w=96,f=png
turned.jpg/e1,w=64,h=64,fit=cover,g=w,rot=90,f=png
press.jpg/e1,w=96,f=png
holed.png/e1,w=96,f=png
holed.png/e1,w=96,bg=00ff00,f=jpg
holed.png/e1,w=96,bg=blur,f=jpg
holed.png/e1,w=96,f=gif
holed.png/e1,w=96,blur=4,f=auto-webp
framed.png/e1,trim=1,f=png
corner.png/e1,w=64,h=64,fit=cover,g=smart,f=png
wide.png/e1,f=png
sixteen.png/e1,w=32,f=png
palette.png/e1,w=96,f=png
film.gif/e1,w=48,f=webp
film.gif/e1,w=40,h=40,fit=cover,rot=90,radius=8,f=gif
film.gif/e1,w=48,anim=0,f=auto
"""
keys = tuple(spelt.split())


def picture_of(key: str, bodies: dict[str, bytes]) -> Image.Image:
    """What a key looks like: RGBA, frames side by side."""
    original, variant = parse(key)
    watermark = (mark(), watermarks[variant.wm]) if variant.wm else None
    rendered = imaging.render(io.BytesIO(bodies[original]), variant, Limits(), decoders=decoders, watermark=watermark)
    picture = Image.open(io.BytesIO(rendered.body))
    strip = Image.new("RGBA", (rendered.width * rendered.frames, rendered.height))
    for index in range(rendered.frames):
        picture.seek(index)
        strip.paste(picture.convert("RGBA"), (index * rendered.width, 0))
    return strip


def path_of(key: str) -> Path:
    return folder / f"{key}.png"


def write() -> None:
    """Every golden anew; those whose key is gone are gone."""
    shutil.rmtree(folder, ignore_errors=True)
    bodies = originals()
    for key in keys:
        path = path_of(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        picture_of(key, bodies).save(path, optimize=True)


if __name__ == "__main__":
    write()
