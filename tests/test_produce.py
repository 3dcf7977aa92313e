"""The order of work: what is fetched, made, stored, looked at again and answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes import FakeImaging, FakeSource, FakeStore, Patience, md5, settings, unmeasured
from variants import errors
from variants.produce import produce
from variants.settings import Watermark
from variants.store import Stored
from variants.work import Answer, Elsewhere, Work

key = "cats/1.jpg/e1,w=640,f=auto-webp"
old, new = b"old cat", b"new cat"


def work_on(source: FakeSource, store: FakeStore, imaging: FakeImaging | None = None, **changes: object) -> Work:
    return Work(
        source=source,
        store=store,
        imaging=imaging or FakeImaging(),
        settings=replace(settings, **changes),
        deadline=Patience(),
        store_deadline=Patience(),
        measure=unmeasured,
        room_bytes=1000,
    )


def made(answer: Answer | Elsewhere) -> Answer:
    assert isinstance(answer, Answer)
    return answer


def test_a_variant_is_made_stored_and_answered_with_the_etag_of_the_put() -> None:
    store = FakeStore()
    answer = made(produce(key, work_on(FakeSource({"cats/1.jpg": old}), store)))
    assert answer.how == "made"
    assert answer.body == b"old cat as webp"
    assert answer.headers == {
        "content-type": "image/webp",
        "cache-control": "public, max-age=300, s-maxage=31536000, stale-while-revalidate=60",
        "etag": md5(b"old cat as webp"),
    }
    assert store.variants[key].body == b"old cat as webp"


def test_a_variant_is_stored_with_its_tag_its_originals_etag_and_its_epoch() -> None:
    store = FakeStore()
    produce(key, work_on(FakeSource({"cats/1.jpg": old}), store))
    assert store.variants[key].headers == {
        "content-type": "image/webp",
        "cache-control": "public, max-age=300, s-maxage=31536000, stale-while-revalidate=60",
        "x-amz-meta-cache-tag": "o-dedaa2dc216fd4042cdd579c35c15c0f",
        "x-amz-meta-original-etag": "7d6df7f7e6c7453b7d69d76c1369d121",
        "x-amz-meta-epoch": "1",
    }


@pytest.mark.parametrize(
    ("options", "name", "value"),
    [
        ("w=9,dl=1,f=jpg", "content-disposition", 'attachment; filename="1.jpg"'),
        ("w=9,q=auto,f=jpg", "x-amz-meta-quality", "80"),
        ("w=9,q=auto,f=jpg", "x-amz-meta-reduced", None),
    ],
)
def test_what_an_option_adds_to_the_stored_headers(options: str, name: str, value: str | None) -> None:
    store = FakeStore()
    asked = f"cats/1.jpg/e1,{options}"
    produce(asked, work_on(FakeSource({"cats/1.jpg": old}), store))
    assert store.variants[asked].headers.get(name) == value


def test_a_reduced_animation_says_so_now_and_in_the_store() -> None:
    store = FakeStore()
    answer = made(produce(key, work_on(FakeSource({"cats/1.jpg": old}), store, FakeImaging(reduced=True))))
    assert answer.how == "reduced"
    assert store.variants[key].headers["x-amz-meta-reduced"] == "1"


def test_a_description_is_made_of_the_original_itself() -> None:
    source = FakeSource({"cats/1.jpg": old})
    answer = made(produce("cats/1.jpg/e1,f=json", work_on(source, FakeStore())))
    assert answer.headers["content-type"] == "application/json"
    assert answer.body == b'{"etag":"7d6df7f7e6c7453b7d69d76c1369d121","bytes":7}'


@pytest.mark.parametrize(
    ("asked", "failure"),
    [
        ("dogs/1.jpg/e1,w=640,f=auto", errors.NotFound),
        ("cats/1.jpg/e2,w=640,f=auto", errors.Deploying),
        ("cats/1.jpg/e1,w=0640,f=auto", errors.Deploying),
        ("_mirage/watermarks/logo.png/e1,f=png", errors.Deploying),
        ("cats/1.jpg/e1,wm=unknown,f=auto", errors.Deploying),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is_stored(asked: str, failure: type[Exception]) -> None:
    store = FakeStore()
    with pytest.raises(failure):
        produce(asked, work_on(FakeSource({"cats/1.jpg": old}), store))
    assert store.variants == {}


def test_a_watermark_comes_from_the_originals_with_its_registration() -> None:
    logo = Watermark(key="_mirage/watermarks/logo.png")
    imaging = FakeImaging()
    source = FakeSource({"cats/1.jpg": old, "_mirage/watermarks/logo.png": b"logo"})
    produce("cats/1.jpg/e1,wm=logo,f=auto", work_on(source, FakeStore(), imaging, watermarks={"logo": logo}))
    assert imaging.watermarks == [(b"logo", logo)]


def test_a_registered_watermark_without_its_picture_is_ours_to_answer_for() -> None:
    marks = {"logo": Watermark(key="_mirage/watermarks/logo.png")}
    with pytest.raises(errors.Internal):
        produce("cats/1.jpg/e1,wm=logo,f=auto", work_on(FakeSource({"cats/1.jpg": old}), FakeStore(), watermarks=marks))


# Versions


def versioned(body: bytes) -> str:
    return f"cats/1.jpg/e1,w=640,v={md5(body)[1:9]},f=auto-webp"


def test_a_matching_version_is_stored_under_its_own_key_and_never_changes() -> None:
    store = FakeStore()
    answer = made(produce(versioned(old), work_on(FakeSource({"cats/1.jpg": old}), store)))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert store.variants[versioned(old)].headers["cache-control"] == "public, max-age=31536000, immutable"


def test_another_version_is_answered_by_the_plain_variant_made_and_stored_for_a_minute() -> None:
    store = FakeStore()
    answer = made(produce(versioned(old), work_on(FakeSource({"cats/1.jpg": new}), store)))
    assert answer.body == b"new cat as webp"
    assert answer.headers["cache-control"] == "public, max-age=60, s-maxage=60"
    assert answer.headers["etag"] == md5(b"new cat as webp")
    assert list(store.variants) == [key]
    assert store.variants[key].headers["cache-control"].startswith("public, max-age=300, s-maxage=31536000")


def test_another_version_is_answered_by_the_plain_variant_that_is_stored() -> None:
    imaging, store = FakeImaging(), FakeStore()
    work = work_on(FakeSource({"cats/1.jpg": new}), store, imaging)
    produce(key, work)
    answer = made(produce(versioned(old), work))
    assert answer.how == "stored"
    assert answer.headers["cache-control"] == "public, max-age=60, s-maxage=60"
    assert answer.headers["etag"] == store.variants[key].etag
    assert len(imaging.rendered) == 1


# Too large for an answer


def test_a_body_too_large_is_stored_and_named_by_its_key() -> None:
    store = FakeStore()
    answer = produce(key, work_on(FakeSource({"cats/1.jpg": old}), store, FakeImaging(size_bytes=1001)))
    assert answer == Elsewhere(key=key, how="made", size_bytes=1001)
    assert len(store.variants[key].body) == 1001


def test_a_body_of_exactly_the_room_is_answered() -> None:
    answer = made(produce(key, work_on(FakeSource({"cats/1.jpg": old}), FakeStore(), FakeImaging(size_bytes=1000))))
    assert len(answer.body) == 1000


@pytest.mark.parametrize("stored_before", [False, True])
def test_too_large_under_another_version_is_smaller_where_the_redirect_would_come_back(stored_before: bool) -> None:
    store = FakeStore()
    work = work_on(FakeSource({"cats/1.jpg": new}), store, FakeImaging(size_bytes=1001), redirect="stored")
    if stored_before:
        produce(key, work)
    answer = made(produce(versioned(old), work))
    assert (answer.how, answer.body) == ("reduced", b"new cat smaller")
    assert answer.headers["cache-control"] == "public, max-age=60, s-maxage=60"
    assert "etag" not in answer.headers
    assert len(store.variants[key].body) == 1001


def test_too_large_under_another_version_is_the_plain_keys_url_where_every_key_may_be_asked() -> None:
    work = work_on(FakeSource({"cats/1.jpg": new}), FakeStore(), FakeImaging(size_bytes=1001), redirect="key")
    assert produce(versioned(old), work) == Elsewhere(key=key, how="made", size_bytes=1001)


# The store fails


def test_a_picture_that_could_not_be_stored_is_answered_for_ten_seconds() -> None:
    store = FakeStore(failure=errors.Busy("busy"))
    answer = made(produce(key, work_on(FakeSource({"cats/1.jpg": old}), store)))
    assert (answer.how, answer.body) == ("made", b"old cat as webp")
    assert answer.headers["cache-control"] == "max-age=10"
    assert "etag" not in answer.headers
    assert answer.not_stored is store.failure


def test_a_picture_too_large_that_could_not_be_stored_is_smaller_for_ten_seconds() -> None:
    store = FakeStore(failure=errors.PolicyBroken("refused"))
    answer = made(produce(key, work_on(FakeSource({"cats/1.jpg": old}), store, FakeImaging(size_bytes=1001))))
    assert (answer.how, answer.body) == ("reduced", b"old cat smaller")
    assert answer.headers["cache-control"] == "max-age=10"


# Others at work meanwhile


def stored(body: bytes, original: bytes) -> Stored:
    return Stored(etag=md5(body), body=body, headers={
        "content-type": "image/webp",
        "cache-control": "public, max-age=300",
        "x-amz-meta-original-etag": md5(original).strip('"'),
    })  # fmt: skip


def test_what_another_maker_stored_meanwhile_is_read_and_answered() -> None:
    store = FakeStore()
    store.before.append(lambda: store.variants.update({key: stored(b"another's", old)}))
    answer = made(produce(key, work_on(FakeSource({"cats/1.jpg": old}), store)))
    assert (answer.how, answer.body) == ("stored", b"another's")
    assert answer.headers == {
        "content-type": "image/webp",
        "cache-control": "public, max-age=300",
        "etag": md5(b"another's"),
    }
    assert store.taken_back == []


def test_what_another_maker_stored_of_the_old_original_is_taken_back_and_made_anew() -> None:
    store = FakeStore()
    store.before.append(lambda: store.variants.update({key: stored(b"stale", old)}))
    answer = made(produce(key, work_on(FakeSource({"cats/1.jpg": new}), store)))
    assert (answer.how, answer.body) == ("made", b"new cat as webp")
    assert store.taken_back == [key]


def test_a_stale_plain_variant_is_not_answered_to_another_version() -> None:
    store = FakeStore({key: stored(b"stale", old)})
    answer = made(produce(versioned(old), work_on(FakeSource({"cats/1.jpg": new}), store)))
    assert answer.body == b"new cat as webp"
    assert store.variants[key].body == b"new cat as webp"


def test_an_original_replaced_between_fetch_and_put_takes_its_variant_back() -> None:
    source, store = FakeSource({"cats/1.jpg": old}), FakeStore()
    source.then.append(lambda: source.originals.update({"cats/1.jpg": new}))
    answer = made(produce(key, work_on(source, store)))
    assert answer.body == b"new cat as webp"
    assert store.taken_back == [key]
    assert store.variants[key].body == b"new cat as webp"


def test_an_original_deleted_between_fetch_and_put_leaves_nothing() -> None:
    source, store = FakeSource({"cats/1.jpg": old}), FakeStore()
    source.then.append(source.originals.clear)
    with pytest.raises(errors.NotFound):
        produce(key, work_on(source, store))
    assert store.variants == {}


def test_an_original_that_never_rests_is_busy_and_leaves_nothing() -> None:
    source, store = FakeSource({"cats/1.jpg": b"0"}), FakeStore()
    bodies = iter(b"123456789")
    source.then += [lambda: source.originals.update({"cats/1.jpg": bytes([next(bodies)])})] * 9
    with pytest.raises(errors.Busy):
        produce(key, work_on(source, store))
    assert store.variants == {}
    assert len(source.fetched) == 3
