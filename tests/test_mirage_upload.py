"""Uploads: which files become which originals, what is skipped, and how much is under way at once."""

from __future__ import annotations

import hashlib
import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from mirage.bucket import Bucket
from mirage.files import File, walk
from mirage.upload import at_once, parts_from_bytes, uploads
from tests.cli import run
from tests.drawn import encoded, landscape
from tests.running import Emulator

picture = encoded(landscape(), "JPEG")


class S3InMemory:
    """What an upload asks of S3; `failing` names the keys whose puts fail, `most` counts the puts under way at once."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, object]] = {}
        self.failing: dict[str, Exception] = {}
        self.under_way = 0
        self.most = 0
        self._lock = threading.Lock()

    def head_object(self, **asked: object) -> dict[str, object]:
        found = self.objects.get(str(asked["Key"]))
        if found is None:
            raise ClientError({"Error": {"Code": "404"}, "ResponseMetadata": {"HTTPStatusCode": 404}}, "HeadObject")
        return found

    def upload_file(self, filename: str, bucket: str, key: str, **asked: dict[str, object]) -> None:
        extra = asked["ExtraArgs"]
        self.objects[key] = {
            "ETag": '"0123456789abcdef0123456789abcdef-9"',
            "ContentLength": Path(filename).stat().st_size,
            "ContentType": extra["ContentType"],
            "Metadata": extra["Metadata"],
            "LastModified": datetime(2026, 1, 1, tzinfo=UTC),
            "ResponseMetadata": {"HTTPHeaders": {}},
        }

    def put_object(self, **asked: object) -> dict[str, object]:
        with self._lock:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        if asked["Key"] in self.failing:
            raise self.failing[str(asked["Key"])]
        body = asked["Body"].read()  # type: ignore[attr-defined]
        etag = f'"{hashlib.md5(body).hexdigest()}"'
        self.objects[str(asked["Key"])] = {
            "ETag": etag,
            "ContentLength": len(body),
            "ContentType": asked["ContentType"],
            "LastModified": datetime(2026, 1, 1, tzinfo=UTC),
            "ResponseMetadata": {"HTTPHeaders": {}},
        }
        with self._lock:
            self.under_way -= 1
        return {"ETag": etag}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.jpg", "deep/er/b ü+%.png", "deep/.hidden", "c.pdf", "d.avif", "noextension"):
        path = tmp_path / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path / "pictures"


def test_paths_below_a_folder_are_the_originals_paths(folder: Path) -> None:
    assert [(each.key, each.content_type) for each in walk([folder], "")] == [
        ("a.jpg", "image/jpeg"),
        ("c.pdf", "application/pdf"),
        ("d.avif", "image/avif"),
        ("deep/er/b ü+%.png", "image/png"),
        ("noextension", "binary/octet-stream"),
    ]


def test_a_file_is_its_name_below_what_was_asked(folder: Path) -> None:
    assert [each.key for each in walk([folder / "deep" / "er" / "b ü+%.png"], "cats")] == ["cats/b ü+%.png"]


def test_ten_thousand_files_are_never_more_than_a_few_under_way(tmp_path: Path) -> None:
    one = tmp_path / "one.jpg"
    one.write_bytes(b"1")
    drawn, finished, most_open = 0, 0, 0

    def files() -> Iterator[File]:
        nonlocal drawn, most_open
        for number in range(10_000):
            drawn += 1
            most_open = max(most_open, drawn - finished)
            yield File(path=one, key=f"{number}.jpg")

    s3 = S3InMemory()
    for each in uploads(files(), Bucket(name="o", client=s3)):  # type: ignore[arg-type]
        assert each.how == "uploaded"
        finished += 1
    assert (drawn, finished, len(s3.objects)) == (10_000, 10_000, 10_000)
    assert s3.most <= at_once
    assert most_open <= 2 * at_once  # what is under way, and what is done but not yet told


def test_an_upload_that_broke_off_goes_on_where_it_was(folder: Path) -> None:
    s3 = S3InMemory()
    s3.failing["c.pdf"] = EndpointConnectionError(endpoint_url="https://o.s3.amazonaws.com")
    bucket = Bucket(name="o", client=s3)  # type: ignore[arg-type]
    first = {each.file.key: each for each in uploads(walk([folder], ""), bucket)}
    assert (first["c.pdf"].how, first["a.jpg"].how) == ("failed", "uploaded")
    assert first["c.pdf"].why.startswith("c.pdf: the network failed: Could not connect")
    s3.failing.clear()
    second = {each.file.key: each.how for each in uploads(walk([folder], ""), bucket)}
    assert second == {
        "a.jpg": "unchanged",
        "c.pdf": "uploaded",
        "d.avif": "unchanged",
        "deep/er/b ü+%.png": "unchanged",
        "noextension": "unchanged",
    }


def test_a_file_of_more_than_64_mb_goes_in_parts_and_is_known_again(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with path.open("wb") as hole:
        hole.truncate(parts_from_bytes)
    s3 = S3InMemory()
    bucket = Bucket(name="o", client=s3)  # type: ignore[arg-type]
    (first,) = uploads(walk([path], ""), bucket)
    assert (first.how, first.etag) == ("uploaded", "0123456789abcdef0123456789abcdef-9")
    # The SHA-256 of 64 MiB of zeros.
    assert s3.objects["film.mp4"]["Metadata"] == {"mirage-sha256": "O2oH0NQE+rTiO200vGaWpqMS3ZKCEzI4Xlr3wBxCE1E="}
    (second,) = uploads(walk([path], ""), bucket)
    assert second.how == "unchanged"


@pytest.mark.parametrize(
    "key",
    [
        "_mirage/x.jpg",
        "_mirage/watermarks/../x.png",
        "a/e1,w=10,f=auto",
        "x" * 801,
        "back\\slash.jpg",
        "line\nbreak.jpg",
    ],
)
def test_what_no_url_can_name_is_not_uploaded(key: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"x")
    s3 = S3InMemory()
    (found,) = uploads(iter([File(path=path, key=key)]), Bucket(name="o", client=s3))  # type: ignore[arg-type]
    assert (found.how, s3.objects) == ("failed", {})
    assert found.why.startswith("No URL can name ")


@pytest.mark.parametrize("key", ["_mirage/watermarks/logo.png", "_mirage/requests/wanted.csv"])
def test_what_is_the_stacks_own_is_uploaded_though_no_url_names_it(key: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"x")
    s3 = S3InMemory()
    (found,) = uploads(iter([File(path=path, key=key)]), Bucket(name="o", client=s3))  # type: ignore[arg-type]
    assert (found.how, list(s3.objects)) == ("uploaded", [key])


@pytest.mark.emulator
def test_a_watermarks_picture_is_told_by_its_place_in_the_bucket(emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / "seal.png").write_bytes(picture)
    asked = ("upload", tmp_path, "--to", "_mirage/watermarks", "--srcset", "16", "--json", "--at", emulator.url)
    row, _ = run(*asked, "--dry-run").rows
    assert (row["how"], row["url"]) == (
        "would-upload",
        "s3://mirage-dev-originals-123456789012/_mirage/watermarks/seal.png",
    )
    assert "srcset" not in row


@pytest.mark.emulator
def test_upload_then_look(emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / "sea.jpg").write_bytes(picture)
    asked = ("upload", tmp_path, "--to", "cli", "--srcset", "16,32", "--json", "--at", emulator.url)
    would = run(*asked, "--dry-run").rows
    assert [row.get("how") for row in would] == ["would-upload", None]
    row, summary = run(*asked).rows
    version = hashlib.md5(picture).hexdigest()[:8]
    assert row["url"] == f"{emulator.url}/cli/sea.jpg?v={version}"
    assert row["srcset"] == (
        f"{emulator.url}/cli/sea.jpg?w=16&v={version} 16w, {emulator.url}/cli/sea.jpg?w=32&v={version} 32w"
    )
    assert summary == {"uploaded": 1, "unchanged": 0, "would-upload": 0, "failed": 0}
    answer = emulator.get(f"/cli/sea.jpg?w=16&v={version}")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    again = run(*asked)
    assert (again.rows[0]["how"], again.status) == ("unchanged", 0)


@pytest.mark.emulator
@pytest.mark.parametrize("widths", ["0", "a", "320,,640", "5000"])
def test_a_srcset_of_no_widths_is_refused(widths: str, emulator: Emulator) -> None:
    found = run("upload", "README.md", "--srcset", widths, "--at", emulator.url)
    assert (found.status, found.err.startswith("Expected widths from 1 to 4096 for --srcset")) == (2, True)


@pytest.mark.emulator
def test_ctrl_c_says_what_is_done_and_the_next_start_does_the_rest(emulator: Emulator, tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"{number:02}.txt").write_text(str(number), encoding="utf-8")
    asked = ["upload", str(tmp_path), "--to", "cli-c", "--json", "--at", emulator.url]
    with subprocess.Popen(
        [sys.executable, "-m", "mirage", *asked],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert re.fullmatch(
        r"Interrupted: [0-9]+ files were uploaded whole; start it again to go on\.", json.loads(err)["error"]
    )
    summary = run(*asked).rows[-1]
    assert summary["unchanged"] >= 1
    assert summary["uploaded"] + summary["unchanged"] == 60
    emulator.settle()
