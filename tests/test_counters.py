"""What times cannot show on a shared machine: requests made, bytes held, modules imported, pixels decoded."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tracemalloc
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from tests.drawn import encoded, landscape
from tests.fakes import Patience, settings, unmeasured
from tests.scripted import Scripted
from variants import imaging
from variants.grammar import parse
from variants.produce import produce
from variants.s3 import Bucket
from variants.settings import Limits
from variants.sigv4 import Credentials
from variants.sources import OriginalsBucket
from variants.store import VariantsBucket
from variants.wire import Asking
from variants.work import Answer, Work

root = Path(__file__).parent.parent
keys = Credentials(access_key="a", secret_key="s", session_token="t")


@dataclass
class Counted:
    """S3 with one original; it counts what it is asked, and keeps what it is given."""

    original: bytes
    asked: list[str] = field(default_factory=list)
    given: list[bytes] = field(default_factory=list)

    def ask(self, asking: Asking) -> Scripted:
        self.asked.append(f"{asking.method} {asking.headers['host'].partition('.')[0]}")
        if asking.method == "PUT":
            self.given.append(asking.body)
            return Scripted(status=200, headers={"etag": '"v"', "content-length": "0"}, body=io.BytesIO())
        told = {"etag": '"o"', "content-length": str(len(self.original))}
        return Scripted(status=200, headers=told, body=io.BytesIO(self.original if asking.method == "GET" else b""))

    def work(self) -> Work:
        originals, variants = (
            Bucket(name=name, region="eu-central-1", connect=lambda _: self, credentials=lambda: keys)
            for name in ("originals", "variants")
        )
        return Work(
            source=OriginalsBucket(bucket=originals, limits=Limits()),
            store=VariantsBucket(bucket=variants),
            imaging=imaging,
            settings=settings,
            deadline=Patience(),
            store_deadline=Patience(),
            measure=unmeasured,
            room_bytes=700_000,
        )


def test_a_miss_asks_s3_three_times() -> None:
    s3 = Counted(encoded(landscape((600, 400)), "JPEG"))
    produce("cats/1.jpg/e1,w=96,f=webp", s3.work())
    assert s3.asked == ["GET originals", "PUT variants", "HEAD originals"]


def test_what_is_stored_is_what_is_answered_and_no_copy_of_it() -> None:
    s3 = Counted(encoded(landscape((600, 400)), "JPEG"))
    answer = produce("cats/1.jpg/e1,w=96,f=webp", s3.work())
    assert isinstance(answer, Answer)
    assert answer.body is s3.given[0]


def held(original: bytes) -> float:
    """The most of Python's own memory while a small variant is made, in originals. Pillow's pixels are not in it."""
    work = Counted(original).work()
    produce("cats/1.jpg/e1,w=16,f=jpg", work)
    work = Counted(original).work()
    tracemalloc.start()
    try:
        produce("cats/1.jpg/e1,w=16,f=jpg", work)
        return tracemalloc.get_traced_memory()[1] / len(original)
    finally:
        tracemalloc.stop()


def test_an_original_is_held_once_while_it_is_decoded() -> None:
    noise = Image.effect_noise((1600, 1200), 80).convert("RGB")
    assert held(encoded(noise, "JPEG", quality=95)) < 1.5


def test_the_end_of_an_original_that_no_decoder_needs_is_not_read() -> None:
    assert held(encoded(landscape((600, 400)), "JPEG") + bytes(4_000_000)) < 0.5


decoded = [
    ("a JPEG is decoded at an eighth", "JPEG", "w=150,f=jpg", 1.0),
    ("a JPEG is decoded at half at the most", "JPEG", "w=400,f=webp", 2.25),
    ("a crop of it too", "JPEG", "w=100,h=100,fit=cover,f=jpg", 1.5),
    ("a PNG is decoded whole", "PNG", "w=600,f=png", 4.0),
]


@pytest.mark.parametrize(("form", "options", "most"), [row[1:] for row in decoded], ids=[row[0] for row in decoded])
def test_pixels_decoded_for_a_pixel_served(
    form: str, options: str, most: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[tuple[int, int]] = []
    load = ImageFile.ImageFile.load
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: (sizes.append(self.size), load(self))[1])
    original = io.BytesIO(encoded(landscape((1200, 800)), form))
    made = imaging.render(original, parse(f"a/e1,{options}")[1], Limits(), decoders=("JPEG", "PNG"))
    (wide, high) = sizes[0]
    assert wide * high / (made.width * made.height) <= most


cold = """
import io, json, sys
before = set(sys.modules)
from variants import buckets, imaging, produce, sidecar, store, wire, work
from variants.grammar import parse
from variants.settings import Limits
original = io.BytesIO(sys.stdin.buffer.read())
imaging.render(original, parse("a/e1,w=16,f=webp")[1], Limits(), decoders=("JPEG",))
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def test_a_cold_miss_imports_what_it_needs_and_no_more() -> None:
    original = encoded(landscape((64, 48)), "JPEG")
    done = subprocess.run([sys.executable, "-c", cold], cwd=root, input=original, capture_output=True, check=True)
    imported = set(json.loads(done.stdout))
    never = {"urllib3", "requests", "boto3", "botocore", "certifi", "PIL.ImageCms", "PIL.ImageFont", "zipfile", "idna"}
    assert never & imported == set()
    plugins = sorted(each for each in imported if each.endswith("ImagePlugin"))
    assert plugins == ["PIL.JpegImagePlugin", "PIL.WebPImagePlugin"]
    assert len(imported) <= 230
