"""Five kinds of API, hostile answers, and secrets: what is stored, what is refused, what nobody ever sees."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from tests.fakes import FakeSource, md5
from tests.foreign_hosts import Hosts, Wire, running
from variants import answers, calling, declared, errors, generators, secrets
from variants.aws_json import Said
from variants.budget import CircuitOpen, Spent
from variants.calling import Api
from variants.generators import Spending
from variants.lease import Lease
from variants.making import Making
from variants.settings import Limits
from variants.timing import Deadline

host = "api.example.com"
secret = "sk-verysecret0123456789"


def png(side_px: int = 32) -> bytes:
    body = io.BytesIO()
    Image.effect_noise((side_px, side_px), 50).convert("RGB").save(body, "PNG")
    return body.getvalue()


picture = png()
kinds: dict[str, dict[str, object]] = {
    "body": {"request": {"url": f"https://{host}/x", "query": {"s": "{s}"}}, "retries": 1},
    "base64": {
        "request": {
            "method": "POST",
            "url": f"https://{host}/x",
            "headers": {"Authorization": "Bearer {key}"},
            "body": {"prompt": "{s}", "n": 1},
        },
        "secrets": {"key": "ssm:/key"},
        "response": {"image": "base64", "pointer": "/data/0/b64_json"},
    },
    "url": {
        "request": {"url": f"https://{host}/x", "headers": {"Authorization": "Bearer {key}"}},
        "secrets": {"key": "ssm:/key"},
        "response": {"image": "url", "pointer": "/output/0", "hosts": ["img.example.com"]},
        "poll": {"url": "/urls/get", "status": "/status", "done": ["succeeded"], "failed": ["failed"]},
    },
    "looked up": {
        "lookup": {"url": f"https://{host}/look", "values": {"photo": "/photos/0"}},
        "request": {"url": f"https://{host}/{{photo}}"},
    },
}


class Kept:
    def read(self, kept: Mapping[str, str], deadline: object) -> dict[str, str]:
        return dict.fromkeys(kept, secret)


@dataclass
class Bench:
    """A generator on hostile hosts; `stored` are puts, `log` what was logged."""

    hosts: Hosts
    stored: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    spent: int = 0
    seconds: float = 5
    refusal: errors.MirageError | None = None

    def put_new(self, key: str, body: bytes, headers: dict[str, str], deadline: object) -> str | None:
        self.stored[key] = (body, headers)
        return md5(body)

    def spend(self, name: str, most: Spending, deadline: object) -> Spent:
        if self.refusal is not None:
            raise self.refusal
        self.spent += 1
        return Spent(failures=0, used_percent=40.0)

    def fail(self, name: str, deadline: object) -> bool:
        self.failures.append(name)
        return False

    def succeed(self, name: str, deadline: object) -> None:
        self.failures.clear()

    def make(self, kind: str = "body", **changes: object) -> bytes:
        generator = declared.read(
            {"name": "g", "path": "/gen/{s:text}.png", "budget": {"hour": 9}, **kinds[kind], **changes}
        )
        wanted = generators.match("gen/a cat.png", [generator])
        assert wanted is not None
        naps = lambda seconds: None  # noqa: E731
        making = Making(
            api=Api(secrets=Kept(), resolve=self.hosts.resolve, ca_file=self.hosts.ca_file, sleep=naps),
            ledger=self,
            originals=self,
            source=FakeSource(),
            limits=Limits(max_source_bytes=200_000, max_source_pixels=1_000_000),
            decoders=("PNG", "JPEG"),
            metrics_of="mirage-test",
            log=self.log.append,
        )
        import time

        until = Deadline(time.monotonic, self.seconds)
        lease = Lease(key="k", owner="o", etag="e", now=1_800_000_000.0)
        return making.make(wanted, lease, until, Deadline(time.monotonic, 9)).body.read()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with running((host, "img.example.com"), str(tmp_path), monkeypatch) as found:
        yield Bench(found)


def metered(bench: Bench) -> dict[str, object]:
    """The metrics of the one line that was logged, and their dimension."""
    (line,) = map(json.loads, bench.log)
    named = [each["Name"] for directive in line["_aws"]["CloudWatchMetrics"] for each in directive["Metrics"]]
    assert (line["Stack"], line["Generator"]) == ("mirage-test", "g")
    return {"event": line["event"], **{name: line[name] for name in named if name != "GeneratorMs"}}


def test_a_call_its_failure_and_how_much_is_used_are_metrics(bench: Bench) -> None:
    bench.hosts.scripts["/x"] = lambda wire: wire.answer(picture)
    bench.make()
    used = {"event": "generator-called", "GeneratorCalls": 1, "GeneratorBudgetUsed": 40.0, "CircuitOpen": 0}
    assert metered(bench) == {**used, "GeneratorFailures": 0}
    bench.log.clear()
    bench.hosts.scripts["/x"] = lambda wire: wire.answer(b"<html>")
    with pytest.raises(errors.UpstreamBad):
        bench.make()
    assert metered(bench) == {**used, "GeneratorFailures": 1}


@pytest.mark.parametrize(
    ("refusal", "values"),
    [(errors.Budget("Spent."), {"GeneratorBudgetUsed": 100.0}), (CircuitOpen("Open."), {"CircuitOpen": 1.0})],
)
def test_a_call_that_is_not_made_is_a_metric_too(
    bench: Bench, refusal: errors.MirageError, values: dict[str, float]
) -> None:
    bench.refusal = refusal
    with pytest.raises(type(refusal)):
        bench.make()
    assert metered(bench) == {"event": "generator-refused", **values}


def as_json(found: object, status: str = "200 OK", **headers: str) -> object:
    return lambda wire: wire.answer(json.dumps(found).encode(), status, **headers)


def test_a_picture_in_the_body_is_stored_with_where_it_comes_from(bench: Bench) -> None:
    bench.hosts.scripts["/x"] = lambda wire: wire.answer(picture, X_Request_Id="r-1", Content_Type="text/html")
    assert bench.make() == picture
    body, headers = bench.stored["gen/a cat.png"]
    assert body == picture
    assert headers["content-type"] == "image/png"
    assert headers["x-amz-meta-mirage-generator"] == "g"
    assert headers["x-amz-meta-mirage-request-id"] == "r-1"
    assert headers["x-amz-meta-mirage-made"] == "2027-01-15T08:00:00Z"
    assert "GET /x?s=a%20cat " in bench.hosts.seen[0]


def test_base64_at_a_pointer_is_decoded_and_the_secret_sent(bench: Bench) -> None:
    bench.hosts.scripts["/x"] = as_json({"data": [{"b64_json": base64.b64encode(picture).decode()}]})
    assert bench.make("base64") == picture
    assert f"authorization: Bearer {secret}" in bench.hosts.seen[0]
    assert bench.hosts.bodies[0] == b'{"prompt":"a cat","n":1}'


def test_work_under_way_is_polled_and_its_url_fetched_without_the_secret(bench: Bench) -> None:
    states = iter(["processing", "processing", "succeeded"])

    def status(wire: Wire) -> None:
        state = next(states)
        output = ["https://img.example.com/out.png"] if state == "succeeded" else None
        wire.answer(json.dumps({"status": state, "output": output}).encode())

    said = {"status": "starting", "output": None, "urls": {"get": f"https://{host}/poll"}}
    bench.hosts.scripts |= {"/x": as_json(said, "202 Accepted"), "/poll": status}  # type: ignore[dict-item]
    bench.hosts.scripts["/out.png"] = lambda wire: wire.answer(picture)
    assert bench.make("url") == picture
    assert [secret in head for head in bench.hosts.seen] == [True, True, True, True, False]
    assert bench.spent == 1


def test_a_look_up_gives_values_that_are_encoded_like_any(bench: Bench) -> None:
    bench.hosts.scripts["/look"] = as_json({"photos": ["a b/c"]})
    bench.hosts.scripts["/a%20b%2Fc"] = lambda wire: wire.answer(picture)
    assert bench.make("looked up") == picture


def test_a_busy_answer_is_asked_again_and_each_try_is_paid_for(bench: Bench) -> None:
    tries = iter(["503 Service Unavailable", "200 OK"])
    bench.hosts.scripts["/x"] = lambda wire: wire.answer(picture, next(tries))
    assert bench.make() == picture
    assert bench.spent == 2


def sends(body: bytes, status: str = "200 OK") -> object:
    return lambda wire: wire.answer(body, status)


b64 = base64.b64encode(picture).decode()
hostile: dict[str, tuple[str, object, type[errors.MirageError]]] = {
    "HTML with a 200": ("body", sends(b"<!doctype html><h1>Sorry</h1>"), errors.UpstreamBad),
    "an empty body": ("body", sends(b""), errors.UpstreamBad),
    "half a picture": ("body", sends(picture[: len(picture) // 2]), errors.UpstreamBad),
    "a picture of a decoder that the stack has not": ("body", sends(b"GIF89a" + bytes(20)), errors.UpstreamBad),
    "an SVG": ("body", sends(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), errors.UpstreamBad),
    "too many pixels": ("body", sends(png(1100)), errors.UpstreamBad),
    "too many bytes": ("body", sends(bytes(300_000)), errors.UpstreamBad),
    "an error": ("body", sends(picture, "500 Oops"), errors.UpstreamBad),
    "no such thing": ("body", sends(b"", "404 Not Found"), errors.NotFound),
    "too much to do": ("body", sends(b"", "429 Too Many Requests"), errors.Busy),
    "no JSON": ("base64", sends(picture), errors.UpstreamBad),
    "JSON too deep": ("base64", sends(b"[" * 100_000), errors.UpstreamBad),
    "nothing at the pointer": ("base64", as_json({"data": []}), errors.UpstreamBad),
    "a number at the pointer": ("base64", as_json({"data": [{"b64_json": 5}]}), errors.UpstreamBad),
    "wrong base64": ("base64", as_json({"data": [{"b64_json": b64[:-3] + "§§§"}]}), errors.UpstreamBad),
    "base64 with blanks": ("base64", as_json({"data": [{"b64_json": b64 + " "}]}), errors.UpstreamBad),
    "base64 of HTML": ("base64", as_json({"data": [{"b64_json": "PGgxPg=="}]}), errors.UpstreamBad),
    "a failed one": ("url", as_json({"status": "failed"}), errors.UpstreamBad),
    "a URL of another host": (
        "url",
        as_json({"status": "succeeded", "output": ["https://evil.example/x"]}),
        errors.UpstreamBlocked,
    ),
    "a URL of the metadata service": (
        "url",
        as_json({"status": "succeeded", "output": ["http://169.254.169.254/latest/"]}),
        errors.UpstreamBlocked,
    ),
    "a status URL of another host": (
        "url",
        as_json({"status": "starting", "urls": {"get": "https://evil.example/p"}}),
        errors.UpstreamBlocked,
    ),
}


@pytest.mark.parametrize("case", hostile)
def test_a_hostile_answer_is_a_documented_error_and_nothing_is_stored(bench: Bench, case: str) -> None:
    kind, script, wanted = hostile[case]
    bench.hosts.scripts["/x"] = script  # type: ignore[assignment]
    with pytest.raises(wanted) as said:
        bench.make(kind)
    assert bench.stored == {}
    assert bench.failures == ([] if wanted is errors.NotFound else ["g"])
    assert secret not in said.value.message + "".join(bench.log)


def test_work_that_never_ends_is_given_up_in_time(bench: Bench) -> None:
    said = {"status": "processing", "urls": {"get": f"https://{host}/x"}}
    bench.hosts.scripts["/x"] = as_json(said)  # type: ignore[assignment]
    bench.seconds = 1.2
    with pytest.raises(errors.UpstreamTimeout):
        bench.make("url")
    assert bench.stored == {}


pointers = [
    ("/a/0/b", {"a": [{"b": "x"}]}, "x"),
    ("/a~1b/m~0n", {"a/b": {"m~n": "x"}}, "x"),
    ("/", {"": "x"}, "x"),
    ("/a/01", {"a": ["x", "y"]}, None),
    ("/a/-", {"a": ["x"]}, None),
    ("/a/b", {"a": "text"}, None),
]


@pytest.mark.parametrize(("pointer", "document", "value"), pointers)
def test_a_json_pointer_is_read_as_rfc_6901_says(pointer: str, document: dict[str, object], value: str | None) -> None:
    if value is None:
        with pytest.raises(errors.UpstreamBad):
            answers.pointed(document, pointer)  # type: ignore[arg-type]
    else:
        assert answers.pointed(document, pointer) == value  # type: ignore[arg-type]


@dataclass
class Service:
    answers: list[Said]
    asked: list[bytes] = field(default_factory=list)

    def post(self, path: str, headers: Mapping[str, str], body: bytes, deadline: object) -> Said:
        self.asked.append(body)
        return self.answers.pop(0)


def parameters(**values: str) -> Said:
    return Said(
        status=200, body=json.dumps({"Parameters": [{"Name": n, "Value": v} for n, v in values.items()]}).encode()
    )


def reads(*answered: Said) -> tuple[secrets.Secrets, Service]:
    ssm = Service(list(answered))
    return secrets.Secrets(ssm=ssm, manager=ssm, sleep=lambda seconds: None), ssm  # type: ignore[arg-type]


forever = Deadline(lambda: 0.0, 9)


def test_secrets_are_read_once_and_kept() -> None:
    found, ssm = reads(parameters(key=secret + "\n"))
    for _ in range(3):
        assert found.read({"token": "ssm:key"}, forever) == {"token": secret}
    assert [json.loads(each) for each in ssm.asked] == [{"Names": ["key"], "WithDecryption": True}]


def test_a_secret_of_secrets_manager_is_read_by_name() -> None:
    found, _ = reads(Said(status=200, body=json.dumps({"SecretString": secret}).encode()))
    assert found.read({"token": "secretsmanager:key"}, forever) == {"token": secret}


throttled = Said(status=400, body=b'{"__type":"ThrottlingException"}')


def test_throttling_is_asked_again_and_then_busy() -> None:
    found, ssm = reads(throttled, parameters(key=secret))
    assert found.read({"token": "ssm:key"}, forever) == {"token": secret}
    found, ssm = reads(throttled, throttled, throttled)
    with pytest.raises(errors.Busy) as said:
        found.read({"token": "ssm:key"}, forever)
    assert (type(said.value), len(ssm.asked)) == (errors.Busy, 3)


@pytest.mark.parametrize(
    "answered",
    [
        Said(status=200, body=b'{"Parameters":[],"InvalidParameters":["key"]}'),
        Said(status=400, body=b'{"__type":"AccessDeniedException","message":"User x may not"}'),
        parameters(key=""),
        parameters(key="two\r\nlines: 1"),
        parameters(key="schlüssel"),
    ],
)
def test_a_secret_that_cannot_be_used_refuses_and_says_nothing_of_it(answered: Said) -> None:
    found, _ = reads(answered)
    with pytest.raises(errors.Internal) as said:
        found.read({"token": "ssm:key"}, forever)
    assert "schl" not in said.value.message and "User" not in said.value.message


def test_a_request_id_fits_into_metadata() -> None:
    assert calling._plain("r\r\n1é" + "x" * 300) == "r1" + "x" * 198
