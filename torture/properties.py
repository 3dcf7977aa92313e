"""What holds of the grammar, the event reader and `render`, whatever they are given: Hypothesis, and what it found."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from typing import cast

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from edge import cloudfront
from edge.cloudfront import Event
from edge.origin_response import respond
from torture.damage import kinds, sound
from torture.tally import Tally
from variants import errors, grammar, imaging
from variants.serving import Server
from variants.settings import Limits, Settings
from variants.table import table
from variants.work import Work

decoders = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF")
stack = Settings(region="eu-central-1", originals_bucket="originals-torture", variants_bucket="variants-torture")
segments = st.text(st.characters(codec="utf-8"), max_size=12)
names = st.sampled_from(sorted({*table.options, "x", "", "E1"}))
odd = ("0", "1", "80", "auto", "png", "auto-webp", "cover", "-1", "01", "1e3", "\u0661", "max", "ff0000", "50x25")
values = st.one_of(st.sampled_from(odd), segments)
option_texts = st.lists(st.tuples(names, values).map("=".join), max_size=6).map(",".join)
keys = st.one_of(
    segments,
    st.tuples(segments, option_texts).map(lambda each: f"{each[0]}/e{table.epoch},{each[1]},f=png"),
    st.tuples(st.sampled_from(["a.jpg", "a/b c.png"]), option_texts).map(lambda each: f"{each[0]}/e1,{each[1]},f=auto"),
)


def of(examples: int) -> settings:
    return settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )


def keys_are_read_or_refused(examples: int) -> None:
    """Whatever text: `parse` gives what `key` prints again, or Deploying, and nothing else."""

    @of(examples)
    @example(text="a.jpg/e1,w=\u0661,f=png")
    @example(text="/e1,f=png")
    @given(text=keys)
    def each(text: str) -> None:
        try:
            path, variant = grammar.parse(text)
        except errors.Deploying:
            return
        assert grammar.key(path, variant) == text
        assert grammar.is_key(text)

    each()


# CloudFront's uri is ASCII: what is not stands percent-encoded, right or wrong.
uris = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=40).map(lambda text: "/" + text)
known_uris = keys.map(lambda text: "/" + grammar.encode_path(text))
header_names = st.sampled_from(
    ["content-type", "cache-control", "via", "x-amz-meta-reduced", "x-amz-meta-x", "etag", "vary"]
)
header_lines: st.SearchStrategy[dict[str, list[dict[str, str]]]] = st.dictionaries(
    header_names, st.lists(segments.map(lambda text: {"value": text}), max_size=2), max_size=5
)


def _unable(*_: object) -> Work:
    """In place of S3: what it answers is tried elsewhere."""
    raise errors.Busy("No storage in this test.")


def events_are_answered(examples: int) -> None:
    """Whatever CloudFront tells: an answer of its form, small enough, with nothing that it refuses."""
    server = Server(settings=stack, work=_unable, log=lambda _: None)

    @of(examples)
    @example(uri="/%ff%fe/e1,f=png", status=404, headers={}, method="GET", switch="on")
    @example(uri="/", status=304, headers={"x-amz-meta-reduced": []}, method="HEAD", switch="")
    @given(
        uri=uris | known_uris,
        status=st.sampled_from([200, 206, 304, 403, 404, 412, 416, 500, 503]),
        headers=header_lines,
        method=st.sampled_from(["GET", "HEAD", "PUT"]),
        switch=st.sampled_from(["on", "off", "signed", ""]),
    )
    def each(uri: str, status: int, headers: dict[str, list[dict[str, str]]], method: str, switch: str) -> None:
        answer = respond(_event(uri, status, headers, method, switch), server)
        assert 200 <= int(answer["status"]) < 600
        assert cloudfront.fits(answer)
        assert json.dumps(answer)
        given_lines = [name for name in cloudfront.read_only if name in headers]
        assert all(answer["headers"].get(name) == headers[name] for name in given_lines)
        if answer.get("bodyEncoding") == "base64":
            base64.b64decode(answer["body"], validate=True)

    each()


def _event(uri: str, status: int, headers: dict[str, list[dict[str, str]]], method: str, switch: str) -> Event:
    request = {"method": method, "uri": uri, "headers": {"x-mirage-generate": [{"value": switch}]}}
    response = {"status": str(status), "statusDescription": "", "headers": headers}
    exchange = {"config": {"requestId": "r"}, "request": request, "response": response}
    return cast("Event", {"Records": [{"cf": exchange}]})


wanted = {
    "w": ("1", "33", "90"),
    "h": ("1", "33", "90"),
    "fit": ("cover", "pad", "stretch"),
    "up": ("1",),
    "g": ("n", "smart"),
    "rect": ("0,0,9,9", "50,40,99,99", "95,63,1,1"),
    "trim": ("0", "10", "100"),
    "rot": ("90", "180"),
    "flip": ("h", "hv"),
    "bg": ("blur", "auto", "11223344"),
    "pad": ("1", "40", "44"),
    "blur": ("1", "100"),
    "sharp": ("1", "100"),
    "bri": ("-100", "100"),
    "con": ("-100", "100"),
    "sat": ("-100", "100"),
    "gray": ("1",),
    "radius": ("1", "max"),
    "q": ("1", "100", "auto"),
    "meta": ("copyright",),
}
outputs = st.sampled_from(["jpg", "png", "webp", "gif", "auto", "avif"])
option_sets = st.fixed_dictionaries({"f": outputs}, optional={each: st.sampled_from(wanted[each]) for each in wanted})


def pictures_are_made_or_refused(examples: int) -> None:
    """Whatever is asked of whatever file: a picture within bounds, or a documented refusal."""

    @of(examples)
    @given(
        kind=st.sampled_from(sorted(kinds)),
        options=option_sets,
        damage=st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=4),
        kept=st.integers(1, 64) | st.just(64),
    )
    def each(kind: str, options: dict[str, str], damage: list[tuple[int, int]], kept: int) -> None:
        body = bytearray(sound(kind))
        for at, value in damage:
            body[at % len(body)] = value
        body = body[: len(body) * kept // 64]
        variant = grammar.from_options(options)
        limits = Limits(max_source_pixels=1_000_000)
        try:
            made = imaging.render(io.BytesIO(bytes(body)), variant, limits, decoders=decoders)
        except errors.Refused:
            return
        assert made.body
        assert 1 <= made.width <= 4096
        assert 1 <= made.height <= 4096
        again = imaging.render(io.BytesIO(bytes(body)), variant, limits, decoders=decoders)
        assert again.body == made.body, "the same key, other bytes"

    each()


held: dict[str, Callable[[int], None]] = {
    "grammar: any text": keys_are_read_or_refused,
    "event reader: any event": events_are_answered,
    "render: any options, damage": pictures_are_made_or_refused,
}


def run(tally: Tally, *, examples: int) -> None:
    """Tries so many of each; the grammar ten times as many."""
    for kind, hold in held.items():
        many = 10 * examples if "grammar" in kind or "event" in kind else examples
        try:
            hold(many)
        except Exception as error:  # whatever it raises, it did not hold
            tally.add(kind, "example", f"{type(error).__name__}: {error}"[:500])
        else:
            tally.passed(kind, many)
