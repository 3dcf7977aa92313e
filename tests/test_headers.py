"""Headers of variants, the errors' table, and the settings' strictness."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from variants import errors, headers
from variants.settings import Limits, Settings, Watermark, from_json, load, to_json


@pytest.mark.parametrize(
    ("original", "extension", "value"),
    [
        ("cats/1.jpg", "webp", 'attachment; filename="1.webp"'),
        ("cats/plain", "png", 'attachment; filename="plain.png"'),
        ("a b (2).tar.jpg", "jpg", 'attachment; filename="a b (2).tar.jpg"'),
        ("café.jpg", "jpg", "attachment; filename=\"caf_.jpg\"; filename*=UTF-8''caf%C3%A9.jpg"),
        ('a"b\\c.jpg', "jpg", "attachment; filename=\"a_b_c.jpg\"; filename*=UTF-8''a%22b%5Cc.jpg"),
        ("100%.jpg", "jpg", "attachment; filename=\"100_.jpg\"; filename*=UTF-8''100%25.jpg"),
    ],
)
def test_a_download_is_named_after_its_original_with_the_outputs_extension(
    original: str, extension: str, value: str
) -> None:
    assert headers.attachment(original, extension) == value


def test_a_tag_is_of_the_paths_bytes_in_utf_8() -> None:
    # printf 'caf\u00e9.jpg' | sha256sum
    assert headers.cache_tag("café.jpg") == "o-a4baa578839392780896d6e8852b1456"


# url-contract, "Answers": the edge's own rows. (The viewer function's codes never reach Python.)
table = {
    "bad-option": (400, "max-age=300", None),
    "not-found": (404, "max-age=60", None),
    "archived": (404, "max-age=60", None),
    "unsupported": (415, "max-age=60, s-maxage=3600", None),
    "broken": (415, "max-age=60, s-maxage=3600", None),
    "too-large": (415, "max-age=60, s-maxage=3600", None),
    "too-many-pixels": (415, "max-age=60, s-maxage=3600", None),
    "upstream-bad": (502, "max-age=10", None),
    "upstream-blocked": (502, "max-age=10", None),
    "upstream-timeout": (504, "max-age=10", 10),
    "deadline": (504, "max-age=10", 10),
    "busy": (503, "max-age=10", 10),
    "budget": (503, "max-age=30", 30),
    "paused": (503, "max-age=10", 10),
    "deploying": (503, "max-age=10", 10),
    "auth-denied": (403, "max-age=0", None),
}


def kinds(of: type[errors.MirageError] = errors.MirageError) -> list[type[errors.MirageError]]:
    own = (below for below in of.__subclasses__() if below.__module__ == errors.__name__)
    return [of, *(kind for below in own for kind in kinds(below))]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_every_error_has_its_row_of_the_contract(kind: type[errors.MirageError]) -> None:
    error = kind("One sentence.")
    if kind is not errors.MirageError:
        assert (error.status, error.cache_control, error.retry_after_s) == table[error.code]
    assert error.message == "One sentence."


def test_every_row_of_the_contract_has_an_error() -> None:
    assert {kind.code for kind in kinds()} == set(table)


settings = Settings(
    region="eu-central-1",
    originals_bucket="o",
    variants_bucket="v",
    limits=Limits(max_frames=7),
    decoders=("JPEG", "AVIF"),
    watermarks={"logo": Watermark(key="_mirage/watermarks/logo.png", tile=True)},
)


def test_settings_are_read_as_they_were_written(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(to_json(settings), encoding="utf-8")
    assert load(tmp_path) == settings


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("debug", 1, "Expected true or false for debug"),
        ("browser_cache_seconds", True, "Expected an integer for browser_cache_seconds"),
        ("region", None, "Expected a string for region"),
        ("colour", "red", "Expected exactly"),
        ("limits", {}, "Expected exactly"),
        ("watermarks", {"logo": {"key": 1}}, "Expected exactly"),
    ],
)
def test_settings_with_a_wrong_or_unknown_value_stop(name: str, value: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        from_json(json.dumps({**json.loads(to_json(settings)), name: value}))


def test_settings_with_a_missing_name_stop() -> None:
    given = json.loads(to_json(settings))
    del given["region"]
    with pytest.raises(ValueError, match="Expected exactly"):
        from_json(json.dumps(given))
