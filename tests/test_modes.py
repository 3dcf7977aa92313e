"""Both modes of a stack: the same answers, each refused where it must be; and one turned into the other."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
from dataclasses import dataclass
from pathlib import Path

import httpx
import pulumi
import pytest
from PIL import Image

from emulator.cloudfront.messages import ViewerAnswer
from emulator.program import Resource
from emulator.viewer.runtime import ViewerRuntime
from infra.viewer.composing import compose
from infra.viewer.config import ViewerConfig
from tests.chain_world import World, header, world
from tests.declared import custom, distribution_type, stack
from tests.emulator_originals import draw
from tests.provider_rules import rules
from tests.viewer_requests import event_of

pytestmark = pytest.mark.emulator
folder = Path(__file__).parent
edge, regional, proxy = {}, {"mode": "regional"}, {"mode": "regional", "store": "false"}
bucket_type = "aws:s3/bucket:Bucket"
group_statuses = [403, 404, 500, 502, 503, 504]


# What is declared


def behaviors(**settings: str) -> list[dict]:
    cdn = stack(**settings).one(distribution_type, "cdn").inputs
    found = [cdn["defaultCacheBehavior"], *cdn.get("orderedCacheBehaviors", [])]
    return [each for each in found if each["targetOriginId"] != "page"]


def test_in_the_region_pictures_come_of_a_group_and_no_function_runs_at_the_edge() -> None:
    found = stack(**regional)
    cdn = found.one(distribution_type, "cdn").inputs
    assert cdn["originGroups"] == [
        {
            "originId": "pictures",
            "failoverCriteria": {"statusCodes": group_statuses},
            "members": [{"originId": "variants"}, {"originId": "maker"}],
        }
    ]
    for behavior in behaviors(**regional):
        assert behavior["targetOriginId"] == "pictures"
        assert "lambdaFunctionAssociations" not in behavior
        kinds = [each["eventType"] for each in behavior["functionAssociations"]]
        assert kinds == ["viewer-request", "viewer-response"]
    assert not [each for each in found.resources if "edgelambda" in str(each.inputs)]


def test_without_a_store_pictures_come_of_the_function_alone_which_may_not_touch_variants() -> None:
    found = stack(**proxy)
    assert "originGroups" not in found.one(distribution_type, "cdn").inputs
    assert {each["targetOriginId"] for each in behaviors(**proxy)} == {"maker"}
    role = found.one("aws:iam/rolePolicy:RolePolicy", "regional").inputs["policy"]
    assert "/v/*" not in role
    assert "/v/*" in stack(**regional).one("aws:iam/rolePolicy:RolePolicy", "regional").inputs["policy"]


def test_the_function_is_on_arm_behind_a_url_that_one_distribution_may_call() -> None:
    found = stack(**regional)
    function = found.one("aws:lambda/function:Function", "regional").inputs
    assert (function["architectures"], function["handler"]) == (["arm64"], "origin.regional.handler")
    assert function["environment"] == {"variables": {"MIRAGE_STORE": "true"}}
    assert "region" not in function
    url = found.one("aws:lambda/functionUrl:FunctionUrl", "regional").inputs
    assert url == {
        "functionName": "mirage-dev-regional",
        "authorizationType": "AWS_IAM",
        "invokeMode": "BUFFERED",
    }
    arn = found.one(distribution_type, "cdn").outputs["arn"]
    granted = [
        each.inputs
        for each in found.of("aws:lambda/permission:Permission")
        if each.inputs["principal"] == "cloudfront.amazonaws.com"
    ]
    assert {each["action"] for each in granted} == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
    assert {(each["function"], each["sourceArn"]) for each in granted} == {("mirage-dev-regional", arn)}


def test_cloudfront_waits_longer_than_the_function_may_run() -> None:
    found = stack(**regional)
    maker = next(each for each in found.one(distribution_type, "cdn").inputs["origins"] if each["originId"] == "maker")
    timeout_s = found.one("aws:lambda/function:Function", "regional").inputs["timeout"]
    assert maker["customOriginConfig"]["originReadTimeout"] > timeout_s
    assert maker["customOriginConfig"]["originProtocolPolicy"] == "https-only"
    assert (
        maker["originAccessControlId"]
        == found.one("aws:cloudfront/originAccessControl:OriginAccessControl", "regional").id
    )


# What the viewer function writes for the regional one


@pytest.mark.parametrize(
    ("url", "uri", "named", "origin", "group"),
    [
        ("/cats/1.jpg?w=64", "/cats/1.jpg/e1,w=64,f=auto", "/cats/1.jpg/e1,w=64,f=auto", None, None),
        (
            "/a%20b.jpg?w=64",
            "/a~20b.jpg/e1,w=64,f=auto",
            "/a%20b.jpg/e1,w=64,f=auto",
            "maker",
            None,
        ),
        ("/a~b.jpg", "/a~7Eb.jpg/e1,f=auto", "/a~b.jpg/e1,f=auto", "maker", None),
        ("/a~b.pdf", "/a~b.pdf", "/a~b.pdf", None, ["originals", "maker"]),
        ("/a%20b.pdf", "/a%20b.pdf", "/a%20b.pdf", "originals", None),
    ],
)
def test_the_viewer_function_names_the_key_in_a_header_that_viewers_cannot_write(
    url: str, uri: str, named: str, origin: str | None, group: list[str] | None
) -> None:
    config = ViewerConfig(sizes="exact", regional=True)
    event = event_of(url)
    event["request"]["headers"]["x-mirage-uri"] = {"value": "/forged"}
    result = ViewerRuntime(compose(config).code, {"generate": "on"}).run(event, now=1_800_000_000)
    assert result.output is not None, result.message
    assert (result.output["uri"], result.output["headers"]["x-mirage-uri"]["value"]) == (uri, named)
    assert result.selected_origin == origin
    found = [each["originId"] for each in result.selected_group["originIds"]] if result.selected_group else None
    assert found == group


# One turned into the other, as the engine would see it: held against what the provider replaces

turns = [(edge, regional), (regional, edge), (regional, proxy), (edge, proxy), (proxy, edge)]


@pytest.mark.parametrize(("before", "after"), turns)
def test_turning_a_living_stack_replaces_nothing_and_keeps_buckets_and_distribution(before: dict, after: dict) -> None:
    old, new = ({each.urn: each for each in custom(stack(preview=True, **of))} for of in (before, after))
    kept = [urn for urn, each in old.items() if each.type in (bucket_type, distribution_type)]
    assert len(kept) == 3
    for urn in kept:
        assert urn in new
    replaced = {urn: replacing(old[urn], new[urn]) for urn in old.keys() & new.keys()}
    # A viewer function's name carries its content's hash: the new one is made first, the old one goes after.
    assert {urn.rpartition("$")[2]: names for urn, names in replaced.items() if names} in (
        {},
        {"aws:cloudfront/function:Function::viewer": ["name"]},
    )


@pytest.mark.parametrize(("before", "after"), turns)
def test_turning_a_living_stack_leaves_the_buckets_as_they_are(before: dict, after: dict) -> None:
    old, new = (
        {each.urn: each.inputs for each in custom(stack(preview=True, **of)) if each.type.startswith("aws:s3/")}
        for of in (before, after)
    )
    old, new = ({urn: without_unknown(inputs) for urn, inputs in each.items()} for each in (old, new))
    assert old == new


def replacing(old: Resource, new: Resource) -> list[str]:
    """The properties that differ, and whose change replaces the resource (provider's sources)."""
    forced = rules[old.type].get("forceNew", [])
    return [name for name in forced if known(old.inputs.get(name)) != known(new.inputs.get(name))]


def known(value: object) -> object:
    """A value; what only AWS knows is the same as any other such."""
    return "unknown" if isinstance(value, pulumi.output.Unknown) else value


def without_unknown(value: object) -> object:
    if isinstance(value, dict):
        return {name: without_unknown(each) for name, each in value.items()}
    if isinstance(value, pulumi.FileAsset):
        return value.path
    return [without_unknown(each) for each in value] if isinstance(value, list) else known(value)


# At work: one emulator a mode, in which all that is seen happens once


def all_vectors() -> list[tuple[str, str | None]]:
    """Every URL of the vectors that the dev stack reads; long: `make modes`."""
    shared = json.loads((folder / "vectors" / "urls.json").read_text(encoding="utf-8"))["vectors"]
    return [(each["url"], each["accept"]) for each in shared if each["config"] == "dev"]


asked: list[tuple[str, str | None]] = [
    ("/cats/1.jpg?w=64", "image/avif,image/webp"),
    ("/cats/1.jpg?w=64&h=48&fit=cover&g=n&q=70", "image/webp"),
    ("/cats/1.jpg?w=50&f=json", None),
    ("/alpha.png?w=32", None),
    ("/moving.gif?w=20", "image/webp"),
    ("/K%C3%A4se%20ab%2Bc.png?w=20&f=png", None),
    ("/up-6.jpg?w=40&f=jpg", None),
    ("/cats/1.jpg?w=9999", None),
    ("/nobody.jpg?w=64", None),
    ("/broken.jpg?w=64", None),
    ("/manual.pdf", None),
    ("/logo.svg", None),
    ("/nothing.pdf", None),
    ("/", None),
    ("/_mirage/x", None),
]
# 6 MB of JSON, less 32 KB of headers, of which base64 leaves three quarters.
most_bytes = 4_694_016
statuses = [200] * 7 + [400, 404, 415, 200, 200, 404, 200, 400]
used = ("cats/1.jpg", "alpha.png", "moving.gif", "Käse ab+c.png", "up-6.jpg", "broken.jpg", "manual.pdf", "logo.svg")
# Of one request alone, or of whoever kept the object.
passing = {
    *("date", "x-amz-cf-id", "server-timing", "last-modified", "age", "via", "x-amzn-requestid", "server"),
    *("x-amz-expiration", "x-amz-content-sha256", "content-length"),
}
wanted = all_vectors() if os.environ.get("MIRAGE_ALL_VECTORS") else asked
Said = tuple[int, dict[str, str], str]


def said(answer: ViewerAnswer) -> Said:
    headers = {name.lower(): value for name, value in answer.headers if name.lower() not in passing}
    return answer.status, headers, hashlib.sha256(answer.body).hexdigest()


async def rounds(it: World) -> list[list[Said]]:
    """Each URL's answers: as made, from CloudFront's cache, and once that forgot them."""
    found: list[list[Said]] = []
    for is_forgotten in (False, False, True):
        if is_forgotten:
            it.forget()
        found.append([said(await it.get(url, {"accept": accept} if accept else {})) for url, accept in wanted])
    return found


@dataclass(frozen=True)
class Seen:
    """What one mode did. `direct`: the status of a caller past CloudFront, and how often the function ran for it."""

    rounds: list[list[Said]]
    direct: tuple[int, int] = (0, 0)
    large: tuple[ViewerAnswer, ...] = ()
    changed: tuple[bool, ...] = ()
    failing: tuple[int, ...] = ()
    closed: tuple[ViewerAnswer, ...] = ()
    renders_while_closed: int = 0


async def call_directly(it: World) -> tuple[int, int]:
    """Over TLS, with the headers that the viewer function would write."""
    before = it.chain.aws.lambdas.invocations["mirage-dev-regional"]
    key, (host,) = "/cats/1.jpg/e1,w=61,f=auto", it.chain.aws.function_urls.urls
    headers = {"host": host, "x-mirage-generate": "on", "x-mirage-uri": key}
    port = it.chain.aws.lambdas._tls_port
    async with httpx.AsyncClient(verify=False, trust_env=False) as client:
        answer = await client.get(f"https://127.0.0.1:{port}{key}", headers=headers)
    return answer.status_code, it.chain.aws.lambdas.invocations["mirage-dev-regional"] - before


async def ask_for_large(it: World) -> tuple[ViewerAnswer, ...]:
    """What is larger than six megabytes, its redirect followed."""
    first = await it.get("/large.png?f=png")
    return first, await it.get(str(header(first, "location") or "/"))


async def change(it: World, originals: Path) -> tuple[bool, ...]:
    """Whether a picture, a file, and a file that was missing are seen anew after their events."""
    targets = ["/plain.png?w=20&f=png", "/manual.pdf", "/later.pdf"]
    old = [(await it.get(each)).body for each in targets]
    await it.put("plain.png", (originals / "alpha.png").read_bytes())
    await it.put("manual.pdf", b"%PDF-1.4 new")
    await it.put("later.pdf", b"%PDF-1.4 later")
    return tuple([(await it.get(each)).body != before for each, before in zip(targets, old, strict=True)])


async def fail(it: World) -> tuple[int, ...]:
    """The statuses of what is stored and what is not, while the function is throttled, then while it crashes."""
    found = []
    it.forget()
    for fault, target in (("lambda.throttled", "w=64"), ("lambda.throttled", "w=65"), ("lambda.crash", "w=66")):
        it.chain.faults.set({fault: 1.0})
        found.append((await it.get(f"/cats/1.jpg?{target}&f=png")).status)
    it.chain.faults.set({})
    return tuple(found)


async def close(it: World) -> tuple[tuple[ViewerAnswer, ...], int]:
    """What is made and, much later, asked for again while CloudFront has no right to the bucket; and the renders."""
    kept = it.chain.aws.gate.buckets[it.chain.variants]
    rights, kept.policy = kept.policy, ()
    before, found = it.chain.written["renders"], []
    for _ in range(2):
        found.append(await it.get("/cats/1.jpg?w=67&f=png"))
        it.chain.clock.advance(3600)
        it.forget()
    kept.policy = rights
    return tuple(found), it.chain.written["renders"] - before


async def play(settings: dict, originals: Path, scratch: Path) -> Seen:
    async with world(stack(**settings), scratch) as it:
        for key in (*used, "plain.png", "large.png"):
            await it.put(key, (originals / key).read_bytes())
        first = await rounds(it)
        if settings == edge:
            return Seen(rounds=first)
        direct, large, changes = await call_directly(it), await ask_for_large(it), await change(it, originals)
        if settings == proxy:
            return Seen(rounds=first, direct=direct, large=large, changed=changes)
        await it.get("/cats/1.jpg?w=64&f=png")
        failing, (closed, renders) = await fail(it), await close(it)
    return Seen(first, direct, large, changes, failing, closed, renders)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    originals = tmp_path_factory.mktemp("originals")
    draw(originals)
    Image.frombytes("RGB", (1260, 1260), random.Random(1).randbytes(1260 * 1260 * 3)).save(originals / "large.png")
    modes = {"edge": edge, "regional": regional, "proxy": proxy}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIRAGE_BUNDLE", "local")
        return {
            name: asyncio.run(play(settings, originals, tmp_path_factory.mktemp(name)))
            for name, settings in modes.items()
        }


@pytest.mark.parametrize("number", [0, 1, 2], ids=["made", "cached", "stored"])
def test_every_url_has_the_same_answer_in_both_modes_byte_for_byte(seen: dict[str, Seen], number: int) -> None:
    ours, theirs = seen["regional"].rounds[number], seen["edge"].rounds[number]
    for (url, _), our, their in zip(wanted, ours, theirs, strict=True):
        if is_s3s_own(url, their):
            assert our[0] == their[0], url
        else:
            assert our == their, url
    if wanted is asked:
        assert [status for status, _, _ in ours] == statuses


def is_s3s_own(url: str, edges: Said) -> bool:
    """Whether it is a missing file of a name that must be escaped: its 404 is S3's own in the Region's mode."""
    status, headers, _ = edges
    return status == 404 and "%" in url.partition("?")[0] and "x-mirage-key" not in headers


def test_without_a_store_every_url_has_the_same_answer(seen: dict[str, Seen]) -> None:
    for found in seen["proxy"].rounds:
        for (url, _), our, their in zip(wanted, found, seen["edge"].rounds[0], strict=True):
            if not is_s3s_own(url, their):
                assert without_keeper(our) == without_keeper(their), url


def without_keeper(found: Said) -> Said:
    """What was said, whoever kept it: the store would have had the picture of an outdated `v`, too."""
    status, headers, digest = found
    return status, {name: value for name, value in headers.items() if name not in ("x-cache", "x-mirage")}, digest


@pytest.mark.parametrize("mode", ["regional", "proxy"])
def test_a_caller_past_cloudfront_is_refused_and_runs_nothing(seen: dict[str, Seen], mode: str) -> None:
    assert seen[mode].direct == (403, 0)


def test_what_is_larger_than_six_megabytes_is_stored_and_asked_for_again(seen: dict[str, Seen]) -> None:
    first, second = seen["regional"].large
    assert (first.status, header(first, "location")) == (302, "/large.png/e1,f=png")
    assert (second.status, header(second, "x-mirage")) == (200, "stored")
    assert len(second.body) > most_bytes


def test_without_a_store_what_is_larger_is_smaller(seen: dict[str, Seen]) -> None:
    first = seen["proxy"].large[0]
    assert (first.status, header(first, "x-mirage")) == (200, "reduced")
    assert len(first.body) <= most_bytes


@pytest.mark.parametrize("mode", ["regional", "proxy"])
def test_a_changed_picture_or_file_is_seen_after_its_event(seen: dict[str, Seen], mode: str) -> None:
    assert seen[mode].changed == (True, True, True)


def test_what_is_stored_needs_no_function_and_a_failing_one_is_what_is_seen(seen: dict[str, Seen]) -> None:
    assert seen["regional"].failing == (200, 429, 502)


def test_a_broken_policy_of_the_bucket_stops_nothing_and_renders_nothing_twice(seen: dict[str, Seen]) -> None:
    """CloudFront gets 403 for all that is stored: the group asks the function, which answers from the store."""
    made, again = seen["regional"].closed
    assert (made.status, header(made, "x-mirage")) == (200, "made")
    assert (again.status, header(again, "x-mirage"), again.body) == (200, "stored", made.body)
    assert seen["regional"].renders_while_closed == 1
