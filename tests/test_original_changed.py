"""A changed original: what an event says, what is deleted, and what is invalidated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from PIL import Image

from origin.aws import Bucket, Distribution
from origin.hints import hints
from tests.drawn import encoded
from tests.fakes import FakeBucket
from tests.freshness_bench import Bench, event

cats_tag = "o-dedaa2dc216fd4042cdd579c35c15c0f"


# What an event names


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (event("cats/1.jpg"), ["cats/1.jpg"]),
        (event("a+b/%C3%BC%2B%2520.jpg"), ["a b/ü+%20.jpg"]),
        (event("u%CC%88.jpg"), ["u\u0308.jpg"]),
        (event("a.jpg", "b.jpg", "a.jpg"), ["a.jpg", "b.jpg"]),
        (event("_mirage/watermarks/logo.png"), []),
        (event("_mirage.jpg"), ["_mirage.jpg"]),
        (event("v/a.jpg/e1%2Cf%3Djpg", bucket="variants-test"), []),
        ({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "originals-test"}, []),
    ],
    ids=[
        "a created object",
        "plus is a space, once decoded",
        "no normalisation",
        "each once",
        "the reserved segment is not an original",
        "the reserved segment is a whole one",
        "another bucket",
        "S3's test message",
    ],
)
def test_the_originals_that_an_event_names(given: dict[str, Any], named: list[str]) -> None:
    assert [each.original for each in hints(given, "originals-test")] == named


# What is done


@pytest.mark.parametrize("name", ["ObjectCreated:Put", "ObjectRemoved:Delete", "LifecycleExpiration:Delete", "Unheard"])
@pytest.mark.parametrize("is_there", [True, False])
def test_whatever_the_event_says_the_variants_go_and_their_tag_is_invalidated(name: str, is_there: bool) -> None:
    bench = Bench(originals=FakeBucket({"cats/1.jpg": b"new"} if is_there else {}))
    bench.variants.bodies = {"v/cats/1.jpg/e1,f=jpg": b"", "v/cats/1.jpg/e0,w=9,f=auto-webp": b"", "v/x/e1,f=png": b""}
    bench.respond(event("cats/1.jpg", name=name))
    assert [key for key in bench.variants.bodies if key.startswith("v/")] == ["v/x/e1,f=png"]
    assert bench.cache.invalidated == [[cats_tag]]


def test_only_direct_children_that_are_options_are_variants() -> None:
    bench = Bench()
    bench.variants.bodies = {
        "v/a/e1,f=jpg": b"",
        "v/a/b.jpg/e1,f=jpg": b"",
        "v/a/notes.txt": b"",
        "v/a.jpg/e1,f=jpg": b"",
        "v/ab/e1,f=jpg": b"",
    }
    bench.respond(event("a"))
    assert sorted(bench.variants.bodies) == ["v/a.jpg/e1,f=jpg", "v/a/b.jpg/e1,f=jpg", "v/a/notes.txt", "v/ab/e1,f=jpg"]


def test_several_originals_are_one_invalidation() -> None:
    bench = Bench()
    bench.respond(event("cats/1.jpg", "dogs/1.jpg"))
    assert bench.cache.invalidated == [[cats_tag, "o-77bfbd55e9cf7755991cca6441ee427b"]]


def test_nothing_named_is_nothing_invalidated() -> None:
    bench = Bench()
    bench.respond({"Event": "s3:TestEvent"})
    assert bench.cache.invalidated == []


def test_an_event_comes_twice_and_nothing_is_wrong() -> None:
    bench = Bench(variants=FakeBucket({"v/cats/1.jpg/e1,f=jpg": b""}))
    for _ in range(2):
        bench.respond(event("cats/1.jpg"))
    assert bench.variants.bodies == {}


def test_five_thousand_variants_go_by_the_page() -> None:
    bodies = {f"v/cats/1.jpg/e1,w={width},f={form}": b"" for width in range(1, 2501) for form in ("jpg", "png")}
    bench = Bench(variants=FakeBucket(bodies))
    bench.respond(event("cats/1.jpg"))
    assert bench.variants.bodies == {}
    assert [len(keys) for keys in bench.variants.deletes] == [1000] * 5
    assert len(bench.cache.invalidated) == 1


@pytest.mark.parametrize(
    ("key", "servable"),
    [("cats/1.jpg", True), ("x/e1,f=jpg", False), ("a" * 800, True), ("a" * 801, False), ("a//b", False)],
)
def test_the_log_says_whether_any_url_can_name_the_original(key: str, servable: bool) -> None:
    bench = Bench()
    bench.respond(event(key))
    assert [line["servable"] for line in bench.said("original-changed")] == [servable]


@pytest.mark.parametrize("is_there", [True, False])
def test_of_an_original_too_long_for_any_url_nothing_is_kept(is_there: bool) -> None:
    """Its sidecar's name would be longer than S3 takes: the event would be tried thrice, and counted as failed."""
    longest = "é" * 512
    bench = Bench(originals=FakeBucket({longest: b"GIF89a"} if is_there else {}))
    bench.respond(event(longest))
    assert (bench.variants.bodies, bench.cache.invalidated) == ({}, [])
    assert [line["servable"] for line in bench.said("original-changed")] == [False]
    told = [(attributes["event"], attributes["code"]) for _, _, attributes in bench.topic.told]
    assert told == ([("refused", "bad-path")] if is_there else [])


@pytest.mark.parametrize("key", ["x/e1,f=jpg", "cats/1.jpg"])
def test_the_notification_says_where_no_url_can_name_the_original(key: str) -> None:
    """url-contract, "Answers": an original whose own name ends like options."""
    bench = Bench(originals=FakeBucket({key: encoded(Image.new("RGB", (1, 1)), "PNG")}))
    bench.respond(event(key))
    [(_, message, attributes)] = bench.topic.told
    assert attributes["event"] == "created"
    assert ("reason" in message) is (key == "x/e1,f=jpg")


# The page's list


def test_the_pages_list_names_the_pictures_where_there_is_a_page() -> None:
    bench = Bench(variants=FakeBucket({"page/index.html": b""}))
    bench.originals.bodies = {"_mirage/watermarks/l.png": b"", "a.jpg": b"123", "b.PNG": b"4", "c.pdf": b"", "d": b"56"}
    bench.respond(event("a.jpg"))
    assert json.loads(bench.variants.bodies["page/_mirage/page/originals.json"]) == {
        "originals": [{"key": "a.jpg", "bytes": 3}, {"key": "b.PNG", "bytes": 1}, {"key": "d", "bytes": 2}]
    }


def test_the_pages_list_names_two_hundred_at_most() -> None:
    bench = Bench(variants=FakeBucket({"page/index.html": b""}))
    bench.originals.bodies = {f"{number:04}.jpg": b"" for number in range(300)}
    bench.respond(event("0000.jpg"))
    listed = json.loads(bench.variants.bodies["page/_mirage/page/originals.json"])["originals"]
    assert len(listed) == 200


def full_list() -> bytes:
    return json.dumps({"originals": [{"key": f"b{number:03}.jpg", "bytes": 1} for number in range(200)]}).encode()


@pytest.mark.parametrize(
    ("key", "is_listed_anew"),
    [("c.jpg", False), ("b199.jpg", True), ("a.jpg", True), ("a.pdf", False)],
    ids=["after the last", "the last", "before the first", "no picture"],
)
def test_a_full_list_is_written_anew_only_where_it_changes(key: str, is_listed_anew: bool) -> None:
    variants = FakeBucket({"page/index.html": b"", "page/_mirage/page/originals.json": full_list()})
    bench = Bench(variants=variants)
    bench.originals.bodies[key] = b"1"
    bench.respond(event(key))
    assert (variants.bodies["page/_mirage/page/originals.json"] != full_list()) == is_listed_anew


def test_the_pages_list_is_right_though_another_upload_came_while_it_was_written() -> None:
    class Meanwhile(FakeBucket):
        def write_json(self, key: str, value: object, cache_control: str) -> None:
            super().write_json(key, value, cache_control)
            bench.originals.bodies["b.jpg"] = b"12"

    bench = Bench(variants=Meanwhile({"page/index.html": b""}))
    bench.originals.bodies = {"a.jpg": b"1"}
    bench.respond(event("a.jpg"))
    assert json.loads(bench.variants.bodies["page/_mirage/page/originals.json"]) == {
        "originals": [{"key": "a.jpg", "bytes": 1}, {"key": "b.jpg", "bytes": 2}]
    }


def test_without_a_page_there_is_no_list() -> None:
    bench = Bench(originals=FakeBucket({"a.jpg": b""}))
    bench.respond(event("a.jpg"))
    assert list(bench.variants.bodies) == ["sidecar/a.jpg"]


# Over boto3


@dataclass
class Calls:
    """A client that remembers what it was asked."""

    answer: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def create_invalidation(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        return self.answer

    def delete_objects(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        return self.answer


def test_a_tag_is_an_item_of_paths_and_no_reference_is_used_twice() -> None:
    calls = Calls()
    for _ in range(2):
        Distribution(id="E1", cloudfront=calls).invalidate([cats_tag, "o-2"])
    assert [each["DistributionId"] for each in calls.asked] == ["E1", "E1"]
    paths = {"Quantity": 2, "Items": ["#" + cats_tag, "#o-2"]}
    assert [each["InvalidationBatch"]["Paths"] for each in calls.asked] == [paths, paths]
    assert len({each["InvalidationBatch"]["CallerReference"] for each in calls.asked}) == 2


def test_deletes_go_a_thousand_at_a_time() -> None:
    calls = Calls()
    Bucket(name="bucket", s3=calls).delete([str(number) for number in range(2001)])
    assert [len(each["Delete"]["Objects"]) for each in calls.asked] == [1000, 1000, 1]


def test_a_delete_that_s3_refuses_stops_the_event_so_that_it_comes_again() -> None:
    calls = Calls({"Errors": [{"Key": "k", "Code": "AccessDenied"}]})
    with pytest.raises(RuntimeError, match="1 of 1 deletes were refused: AccessDenied"):
        Bucket(name="bucket", s3=calls).delete(["k"])


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="s",
    )
    client.create_bucket(Bucket="bucket")
    yield Bucket(name="bucket", s3=client)
    server.stop()


def test_a_bucket_over_boto3_does_what_its_fake_does(bucket: Bucket) -> None:
    for each in (bucket, FakeBucket()):
        for key in ("v/a b/e1,f=jpg", "v/a b/c/e1,f=jpg", "v/a b/ü+%.txt"):
            each.write_json(key, {"a": 1}, "max-age=5")
        assert each.etag("v/none") is None
        assert each.etag("v/a b/ü+%.txt") is not None
        assert list(each.children("v/a b/")) == [["v/a b/e1,f=jpg", "v/a b/ü+%.txt"]]
        each.delete(["v/a b/e1,f=jpg", "v/a b/never there"])
        assert [key for key, _ in each.all()] == ["v/a b/c/e1,f=jpg", "v/a b/ü+%.txt"]
