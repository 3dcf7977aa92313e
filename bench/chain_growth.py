"""How the cost of the rest grows: the viewer function, a purge, the emulator's hits."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench import places
from bench.growth import Curve, Point
from bench.rounds import spread
from emulator.viewer.runtime import ViewerRuntime
from infra.viewer.composing import compose
from infra.viewer.config import ViewerConfig
from origin.aws import Bucket

options = (
    "w=640",
    "h=360",
    "fit=cover",
    "g=n",
    "q=70",
    "f=webp",
    "blur=3",
    "sharp=20",
    "bri=10",
    "con=10",
    "sat=10",
    "rot=90",
)
unknown_bytes = (0, 125, 250, 500, 1000)  # a query has 1,024 at most
variants = (1, 10, 100, 1_000, 10_000)
hits_of = (1, 10, 100, 300)


def measure(only: str, say: Callable[[str], None]) -> list[Curve]:
    """The curves that are asked for."""
    takers = {"growth viewer": _viewer, "growth purge": _purge, "growth hits": _hits}
    found: list[Curve] = []
    for name, take in takers.items():
        if only in name:
            curves = take()
            for curve in curves:
                values = ", ".join(f"{each.at:g}: {each.value:.3g}" for each in curve.points)
                say(f"{curve.title} ({curve.unit}): {values}")
            found += curves
    return found


def _viewer() -> list[Curve]:
    """Microseconds of one run in QuickJS: a measure of how it grows, not of what CloudFront takes."""
    code = compose(ViewerConfig(sizes="exact", open_options=tuple(each.partition("=")[0] for each in options))).code
    runtime = ViewerRuntime(code, {"generate": "on"})
    by_options = [(count, "&".join(options[:count])) for count in range(len(options) + 1)]
    by_length = [(length, "w=640" + ("&utm_x=" + "a" * length if length else "")) for length in unknown_bytes]
    curves = []
    for along, queries in (("options", by_options), ("bytes of query", by_length)):
        points = [Point(series="viewer function", at=at, value=_microseconds(runtime, query)) for at, query in queries]
        title = f"Viewer function by {along}"
        name = "viewer-" + along.partition(" ")[0]
        curves.append(Curve(name=name, title=title, along=along, unit="µs", points=tuple(points)))
    return curves


def _microseconds(runtime: ViewerRuntime, query: str, runs: int = 60) -> float:
    event = {
        "version": "1.0",
        "context": {"eventType": "viewer-request"},
        "viewer": {"ip": "203.0.113.7"},
        "request": {"method": "GET", "uri": "/cats/1.jpg", "querystring": {}, "rawQueryString": query,
                    "headers": {"accept": {"value": "image/avif,image/webp,*/*"}}, "cookies": {}},
    }  # fmt: skip
    found = runtime.run(event, now=1.8e9)
    if found.output is None or "statusCode" in found.output:
        raise RuntimeError(f"Expected the viewer function to take {query[:80]}, received {found}.")
    taken = []
    for _ in range(runs):
        started = time.process_time()
        runtime.run(event, now=1.8e9)
        taken.append((time.process_time() - started) * 1e6)
    return spread(taken).median


@dataclass
class CountedS3:
    """An S3 client that has so many variants of one original, lists 1,000 a page, and counts what it is asked."""

    keys: list[str]
    requests: int = 0
    deleted: list[str] = field(default_factory=list)

    def get_paginator(self, _operation: str) -> CountedS3:
        return self

    def paginate(self, **_asked: object) -> Iterator[dict[str, object]]:
        for start in range(0, max(len(self.keys), 1), 1000):
            self.requests += 1
            yield {"Contents": [{"Key": key, "Size": 1} for key in self.keys[start : start + 1000]]}

    def delete_objects(self, Delete: Mapping[str, list[dict[str, str]]], **_asked: object) -> dict[str, object]:  # noqa: N803
        self.requests += 1
        self.deleted += [each["Key"] for each in Delete["Objects"]]
        return {}


def _purge() -> list[Curve]:
    """Requests and CPU of a sweep that deletes all variants of an original. For CloudFront it is one tag always."""
    requests, spent = [], []
    for count in variants:
        s3 = CountedS3([f"v/cats/1.jpg/e1,w={number},f=webp" for number in range(1, count + 1)])
        bucket = Bucket(name="variants", s3=s3)  # type: ignore[arg-type]
        started = time.process_time()
        for page in bucket.children("v/cats/1.jpg/"):
            bucket.delete(page)
        spent.append(Point(series="CPU", at=count, value=(time.process_time() - started) * 1000))
        requests.append(Point(series="requests", at=count, value=s3.requests))
        if len(s3.deleted) != count:
            raise RuntimeError(f"Expected {count} deletes, received {len(s3.deleted)}.")
    title = "A purge by variants of the original"
    return [
        Curve(
            name="purge-requests", title=f"{title}: requests to S3", along="variants", unit="", points=tuple(requests)
        ),
        Curve(
            name="purge-time",
            title=f"{title}: own CPU, without boto3's",
            along="variants",
            unit="ms",
            points=tuple(spent),
        ),
    ]


def _hits() -> list[Curve]:
    """Milliseconds of the clock of a hit in the emulator, with so many files in its cache."""
    points = []
    with _emulator() as (url, s3, bucket):
        for count in hits_of:
            for number in range(count):
                _ask(s3, "PUT", f"/{bucket}/bench/{number}.txt", b"x" * 2000)
            client = http.client.HTTPConnection(url)
            for number in range(count):
                _get(client, number)
            taken = []
            for each in range(300):
                started = time.perf_counter()
                _get(client, each % count)
                taken.append((time.perf_counter() - started) * 1000)
            points.append(Point(series="a hit", at=count, value=spread(taken).median))
    title = "The emulator's hits by files in its cache"
    return [Curve(name="emulator-hits", title=title, along="files", unit="ms", points=tuple(points))]


@contextmanager
def _emulator() -> Iterator[tuple[str, str, str]]:
    """A running emulator: the hosts of its viewer side and of its S3, and the originals bucket."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MIRAGE_", "ORIGINALS"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "emulator"],
        cwd=places.project,
        env={**clean, "PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        line = process.stdout.readline() if process.stdout is not None else ""
        said = dict(re.findall(r"(\w+)=(\S+)", line))
        yield said["url"].removeprefix("http://"), said["s3"].removeprefix("http://"), said["originals"]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=15)


def _ask(host: str, method: str, target: str, body: bytes) -> None:
    connection = http.client.HTTPConnection(host)
    connection.request(method, target, body, {"content-type": "text/plain"})
    if connection.getresponse().status != 200:
        raise RuntimeError(f"Expected the emulator's S3 to take {target}.")
    connection.close()


def _get(client: http.client.HTTPConnection, number: int) -> None:
    client.request("GET", f"/bench/{number}.txt")
    answer = client.getresponse()
    if answer.status != 200 or not answer.read():
        raise RuntimeError(f"Expected file {number}, received {answer.status}.")
