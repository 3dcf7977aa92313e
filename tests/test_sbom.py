"""Each zip has its bill of materials beside it: every package and compiled library of others that is in it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from infra.bundling import contents
from infra.bundling.bundle import Builder, bill_suffix
from infra.bundling.contents import Contents
from infra.bundling.sbom import library_pattern
from tests.fakes import settings


@pytest.fixture(scope="module", params=[contents.edge, contents.origin], ids=lambda each: each.name)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Contents, Path]:
    builder = Builder(is_local=True, precompile=False, cache=tmp_path_factory.mktemp("cache"), say=lambda _: None)
    return request.param, builder.build(request.param, settings)


def bill_of(zip_path: Path) -> dict:
    return json.loads(zip_path.with_suffix(bill_suffix).read_bytes())


def test_the_bill_is_of_that_zip(built):
    ships, zip_path = built
    bill = bill_of(zip_path)
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    itself = bill["metadata"]["component"]
    assert itself["name"] == f"mirage-{ships.name}"
    assert itself["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(zip_path.read_bytes()).hexdigest()}]
    assert "timestamp" not in bill["metadata"]


def test_every_package_and_library_of_the_zip_is_in_the_bill(built):
    _, zip_path = built
    bill = bill_of(zip_path)
    names = {each["name"].lower() for each in bill["components"]}
    with zipfile.ZipFile(zip_path) as archive:
        paths = archive.namelist()
    tops = {path.split("/")[0].removesuffix(".py").lower() for path in paths} - {"variants", "edge", "origin"}
    known_as = {"pil": "pillow", "dateutil": "python-dateutil", "pillow.libs": "pillow", "settings.json": "pillow"}
    assert {known_as.get(top, top) for top in tops} <= names
    compiled = [path for path in paths if ".so" in path]
    assert compiled
    assert all(library_pattern.fullmatch(path.split("/")[-1]) for path in compiled)
    assert set(compiled) <= {each["bom-ref"] for each in bill["components"]}


def test_references_are_unique_and_all_there(built):
    bill = bill_of(built[1])
    refs = [each["bom-ref"] for each in bill["components"]]
    assert len(refs) == len(set(refs))
    assert bill["dependencies"] == [{"ref": built[0].name, "dependsOn": refs}]
    assert all(each["type"] == "library" and each["name"] for each in bill["components"])


def test_the_lock_pins_every_version_and_hash_of_the_bill(built):
    ships, zip_path = built
    lock = Path(f"infra/locks/{ships.lock}.txt").read_text(encoding="utf-8")
    for each in bill_of(zip_path)["components"]:
        if "purl" in each:
            entry = lock.partition(f"{each['name']}=={each['version']} ")[2].lstrip(" \\\n")
            assert entry.startswith("--hash=sha256:"), each


def test_what_does_not_ship_is_not_in_the_bill(built):
    names = {each["name"] for each in bill_of(built[1])["components"]}
    assert "charset-normalizer" not in names
    assert ("boto3" in names) == (built[0].name == "origin")
