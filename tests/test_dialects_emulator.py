"""One picture in the words of five services is one object in the variants bucket: the whole chain, over HTTP."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.running import Emulator, client, root, running

pytestmark = pytest.mark.emulator

stack = """# Written by tests/test_dialects_emulator.py, and removed by it.
config:
  aws:region: eu-central-1
  mirage:sizes: exact
  mirage:openOptions: [all]
  mirage:acceptUnbounded: true
  mirage:debug: true
  mirage:autoFormats: [webp]
  mirage:dialect: [imgix, cdn-cgi, next, aws-json]
"""
edits = {"bucket": "photos", "key": "cats/1.jpg", "edits": {"resize": {"width": 320, "withoutEnlargement": True}}}
asked = {
    "imgix": "/cats/1.jpg?w=320&fit=max&auto=format&q=80",
    "Cloudflare": "/cdn-cgi/image/width=320,quality=80,format=auto/cats/1.jpg",
    "Next.js": "/_next/image?url=%2Fcats%2F1.jpg&w=320&q=80",
    "AWS DIT": "/" + base64.b64encode(json.dumps(edits).encode()).decode(),
    "Mirage": "/cats/1.jpg?w=320&up=0",
    "a key": "/cats/1.jpg/e1,w=320,f=auto-webp",
}


@pytest.fixture(scope="module")
def migrating(originals_folder: Path) -> Iterator[Emulator]:
    file = root / "Pulumi.dialects-under-test.yaml"
    file.write_text(stack, encoding="utf-8")
    try:
        with running(STACK="dialects-under-test", ORIGINALS=str(originals_folder)) as found:
            yield found
    finally:
        file.unlink()


def stored(emulator: Emulator) -> list[str]:
    listed = client.get(f"{emulator.s3}/{emulator.variants}", params={"list-type": "2", "prefix": "v/"})
    assert listed.status_code == 200, listed.text
    return re.findall("<Key>([^<]+)</Key>", listed.text)


def test_the_same_picture_in_five_dialects_is_one_object(migrating: Emulator) -> None:
    answers = {name: migrating.get(url, {"accept": "image/webp"}) for name, url in asked.items()}
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(asked, 200)
    assert {answer.headers["x-mirage-key"] for answer in answers.values()} == {"cats/1.jpg/e1,w=320,f=auto-webp"}
    assert len({answer.content for answer in answers.values()}) == 1
    assert Image.open(BytesIO(answers["Next.js"].content)).size[0] == 320
    assert [name for name, answer in answers.items() if answer.headers["x-cache"].startswith("Miss")] == ["imgix"]
    assert stored(migrating) == ["v/cats/1.jpg/e1,w=320,f=auto-webp"]
    assert migrating.stats()["renders"] == 1


def test_what_is_refused_names_the_nearest(migrating: Emulator) -> None:
    answer = migrating.get("/cats/1.jpg?w=320&h=200&fit=fillmax")
    assert (answer.status_code, answer.headers["x-mirage-error"]) == (400, "bad-option")
    assert answer.json()["message"] == "Expected what is exact here (nearest: fit=pad), received fit=fillmax."
