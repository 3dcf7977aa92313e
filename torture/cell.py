"""A cell: a process with a Lambda's memory that makes pictures of files, one by one, and says what each cost.

Reads a JSON line per case on standard input and writes one on standard output. An overrun ends it.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import time
from pathlib import Path
from typing import TypedDict

from variants import decode, errors, grammar, imaging
from variants.rendered import Rendered
from variants.settings import Limits
from variants.table import table

hidden = b"<script"  # in the polyglots: only meta=copyright may keep a text of the original's
every_decoder = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF")


class Asked(TypedDict):
    path: str
    options: str


class Told(TypedDict):
    outcome: str
    said: str
    cpu_s: float
    peak_mb: float


def main(memory_mb: int) -> None:
    """Answers until the input ends."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        print(json.dumps(_tried(json.loads(line))), flush=True)


def _tried(asked: Asked) -> Told:
    body = Path(asked["path"]).read_bytes()
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew. proc(5)
    began = time.process_time()
    try:
        outcome, said = "picture", _shape(_made(body, asked["options"]), asked["options"])
    except errors.MirageError as error:
        outcome, said = error.code, error.message
    except BaseException as error:
        outcome, said = f"raised {type(error).__name__}", str(error)[:200]
    return {"outcome": outcome, "said": said, "cpu_s": time.process_time() - began, "peak_mb": _peak_mb()}


def _made(body: bytes, options: str) -> Rendered:
    variant = grammar.parse(f"a.jpg/e{table.epoch},{options}")[1]
    if variant.f == "json":
        etag = "0" * 32
        return imaging.describe(io.BytesIO(body), Limits(), decoders=every_decoder, etag=etag, size_bytes=len(body))
    return imaging.render(io.BytesIO(body), variant, Limits(), decoders=every_decoder)


def _shape(made: Rendered, options: str) -> str:
    """What the body is by its own bytes: format and size; empty where they are not what was said, or more is in it."""
    if hidden in made.body and "meta=copyright" not in options:
        return ""
    if made.format == "json":
        return f"json {json.loads(made.body)['width']}x{json.loads(made.body)['height']}"
    source = decode.open_source(io.BytesIO(made.body), Limits(), every_decoder)
    names = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "AVIF": "avif"}
    same = names[source.format] == made.format and source.size == (made.width, made.height)
    return f"{made.format} {made.width}x{made.height}" if same and max(source.size) <= 4096 else ""


def _peak_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]))
