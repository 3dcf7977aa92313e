"""How near a picture comes to the ideal one, by ssimulacra2. Run by an interpreter of its own, as a worker.

The ideal one: all pixels decoded, resized with floating-point Lanczos by Pillow, written as PNG, kept. With alpha the
worse of two scores, on dark and on light. Of an animation the frame that is asked for.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import ssimulacra2.ssimulacra2 as s2
from PIL import Image, ImageOps

Image.MAX_IMAGE_PIXELS = None


def main(kept: Path) -> None:
    kept.mkdir(parents=True, exist_ok=True)
    for line in sys.stdin:
        asked = json.loads(line)
        reference = ideal(Path(asked["original"]), (asked["width"], asked["height"]), asked["frame"], kept)
        made = Path(asked["made"])
        digest = hashlib.sha256(made.read_bytes() + reference.name.encode() + b"%d" % asked["frame"]).hexdigest()[:24]
        known = kept / f"{digest}.score"
        if not known.exists():
            known.write_text(str(score(reference, made, asked["frame"])))
        print(json.dumps({"score": float(known.read_text())}), flush=True)


def ideal(original: Path, size: tuple[int, int], frame: int, kept: Path) -> Path:
    """The PNG of the original at that size: what is beyond its ratio is cut off, half on each side."""
    name = hashlib.sha256(original.read_bytes() + f"{size}{frame}".encode()).hexdigest()[:24] + ".png"
    path = kept / name
    if path.exists():
        return path
    with Image.open(original) as opened:
        opened.seek(frame)
        picture = upright(opened)
    scale = max(size[0] / picture.width, size[1] / picture.height)
    # A ratio that is off by rounding alone is the whole picture.
    wide, high = (size[0] / scale, size[1] / scale)
    wide = picture.width if picture.width * scale < size[0] + 1 else wide
    high = picture.height if picture.height * scale < size[1] + 1 else high
    left, top = (picture.width - wide) / 2, (picture.height - high) / 2
    box = (left, top, left + wide, top + high)
    bands = [np.asarray(band, dtype=np.float32) for band in picture.split()]
    if len(bands) == 4:
        bands[:3] = [band * bands[3] / 255 for band in bands[:3]]
    small = [np.asarray(Image.fromarray(band).resize(size, Image.Resampling.LANCZOS, box)) for band in bands]
    if len(small) == 4:
        small[:3] = [np.where(small[3] > 0.5, band * 255 / np.maximum(small[3], 0.5), 0) for band in small[:3]]
    pixels = np.stack([np.clip(np.rint(band), 0, 255).astype(np.uint8) for band in small], axis=-1)
    Image.fromarray(pixels).save(path, compress_level=1)
    return path


def upright(picture: Image.Image) -> Image.Image:
    has_alpha = "A" in picture.mode or "transparency" in picture.info
    turned = ImageOps.exif_transpose(picture)
    return turned.convert("RGBA" if has_alpha else "RGB")


def score(reference: Path, made: Path, frame: int) -> float:
    """ssimulacra2 of the two: 100 is the same, 90 cannot be told apart, 70 is high quality."""
    with Image.open(reference) as ideal_picture:
        wanted = ideal_picture.copy()
    with Image.open(made) as opened:
        opened.seek(frame if getattr(opened, "n_frames", 1) > frame else 0)
        found = opened.convert(wanted.mode)
    if wanted.mode == "RGBA" and wanted.getchannel("A").getextrema() == (255, 255):
        wanted, found = wanted.convert("RGB"), found.convert("RGB")
    if found.size != wanted.size:
        return 0.0
    return min(compare(on(wanted, gray), on(found, gray)) for gray in ((26, 230) if wanted.mode == "RGBA" else (0,)))


def on(picture: Image.Image, gray: int) -> np.ndarray:
    if picture.mode != "RGBA":
        return np.asarray(picture, dtype=np.float64)
    ground = Image.new("RGBA", picture.size, (gray, gray, gray, 255))
    return np.asarray(Image.alpha_composite(ground, picture).convert("RGB"), dtype=np.float64)


def compare(wanted: np.ndarray, found: np.ndarray) -> float:
    """The score; the steps are those of the package's own `compute_ssimulacra2`, which only takes files."""
    both = [s2.srgb_to_linear(wanted), s2.srgb_to_linear(found)]
    seen = s2.Msssim()
    for _ in range(s2.kNumScales):
        first, second = (s2.make_positive_xyb(s2.linear_rgb_to_xyb(each)) for each in both)
        if min(first.shape[:2]) < 8:
            break
        means = s2.blur_image(first), s2.blur_image(second)
        scale = s2.MsssimScale()
        squares = s2.blur_image(first * first), s2.blur_image(second * second), s2.blur_image(first * second)
        scale.avg_ssim = s2.ssim_map(*means, *squares)
        scale.avg_edgediff = s2.edge_diff_map(first, means[0], second, means[1])
        seen.scales.append(scale)
        both = [s2.downsample(each, 2, 2) for each in both]
    return float(seen.score())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
