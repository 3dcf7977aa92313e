"""The zips: what is in them, that they run, and that they are the same bytes wherever and whenever they are built."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.bundling import bytecode, contents, wheels, zips
from infra.bundling.bundle import Builder
from infra.bundling.wheels import BundleError, Lock, Target
from variants.settings import Settings

root = Path(__file__).parent.parent
settings = Settings(region="eu-central-1", originals_bucket="o", variants_bucket="v")
ships = {"edge": contents.edge, "origin": contents.origin, "token": contents.token}
silent = lambda message: None  # noqa: E731
lambda_target = Target(python="3.13", architecture="x86_64")


def lambda_compiler() -> bytecode.Compiler:
    """The interpreter of the lock; without one here, what compiles is not tried."""
    try:
        return bytecode.find(Builder(is_local=False, precompile=True).lambda_python)
    except BundleError as error:
        pytest.skip(str(error))


def built(name: str, *, is_local: bool, precompile: bool = True) -> Path:
    return Builder(is_local=is_local, precompile=precompile, say=silent).build(ships[name], settings)


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


@pytest.mark.parametrize("name", ["edge", "origin", "token"])
@pytest.mark.parametrize("is_local", [True, False], ids=["local", "for the Lambda"])
def test_a_zip_is_sound_sorted_undated_and_readable_by_all(name, is_local):
    if not is_local:
        lambda_compiler()
    with zipfile.ZipFile(built(name, is_local=is_local)) as archive:
        assert archive.testzip() is None
        members = archive.infolist()
    assert [each.filename for each in members] == sorted(each.filename for each in members)
    assert {each.date_time for each in members} == {(1980, 1, 1, 0, 0, 0)}
    assert {each.external_attr >> 16 for each in members} == {0o100644}


@pytest.mark.parametrize(
    ("name", "tops"),
    [
        ("edge", {"PIL", "certifi", "edge", "idna", "requests", "pillow.libs", "settings.json", "urllib3", "variants"}),
        (
            "origin",
            {
                *("__pycache__", "boto3", "botocore", "dateutil", "jmespath", "origin", "s3transfer", "settings.json"),
                *("six.py", "urllib3", "variants", "PIL", "pillow.libs"),
            },
        ),
        ("token", {"_cffi_backend", "cryptography", "jwt", "origin", "settings.json", "urllib3", "variants"}),
    ],
)
def test_a_zip_holds_what_its_code_needs_and_nothing_else(name, tops):
    found = names(built(name, is_local=True))
    # A library at the root is named for its Python.
    assert {re.sub(r"\.cpython-.*\.so$", "", each.partition("/")[0]) for each in found} == tops
    forbidden = (
        "dist-info",
        "/tests/",
        ".pyi",
        "ImageTk",
        "_imagingtk",
        "freetype",
        "harfbuzz",
        "edge/viewer",
        "examples",
    )
    assert [each for each in found if any(word in each for word in forbidden)] == []


def test_botocore_describes_only_the_services_that_are_called():
    found = names(built("origin", is_local=True))
    services = {each.split("/")[2] for each in found if each.startswith("botocore/data/") and each.count("/") > 2}
    assert services == {"s3", "cloudfront", "sqs", "sns"}


def test_every_module_of_pillow_that_is_imported_ships():
    """By the imports of variants/, those inside functions too, and by the plugins that it names."""
    imported: set[str] = set()
    for path in (root / "variants").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "PIL":
                imported |= {each.name for each in node.names}
            if isinstance(node, ast.Constant) and str(node.value).startswith("PIL."):
                imported.add(str(node.value).removeprefix("PIL."))
    assert {"Image", "JpegImagePlugin"} <= imported
    assert imported - set(contents.pillow_modules) - set(contents.pillow_extensions) == set()


use_edge = """
import io
import edge.origin_response, variants.produce, variants.imaging, variants.s3, variants.sources, variants.store
import variants.fallback
from variants.grammar import Variant
from variants.settings import Limits
from PIL import Image
assert edge.origin_response.__file__.startswith(sys.path[0]) and Image.__file__.startswith(sys.path[0])
source = io.BytesIO()
Image.new("RGB", (64, 48), (200, 30, 30)).save(source, "JPEG")
for wanted in ("jpg", "png", "webp", "gif", "avif"):
    source.seek(0)
    decoders = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF")
    made = variants.imaging.render(source, Variant(w=32, f=wanted), Limits(), decoders=decoders)
    assert (made.width, made.height, made.format) == (32, 24, wanted), made
"""
use_origin = """
import os
os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", DISTRIBUTION_ID="E")
import origin.original_changed, origin.making
from origin import clients
assert clients.boto3.__file__.startswith(sys.path[0])
s3 = clients.s3_client("eu-central-1")
[s3.get_paginator(each) for each in ("list_objects_v2",)], s3.head_object, s3.delete_objects, s3.put_object
clients.cloudfront_client().create_invalidation
clients.sqs_client("eu-central-1").send_message_batch, clients.sns_client("eu-central-1").publish
"""


use_token = """
import origin.token, origin.token_wiring
from origin import signed_cookies
try:
    signed_cookies.signer("none")
except ValueError:
    pass
import jwt, cryptography
assert jwt.__file__.startswith(sys.path[0]) and cryptography.__file__.startswith(sys.path[0])
"""


def run(python: str, folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """The code under an interpreter that knows only the unpacked zip."""
    start = f"import sys; sys.path.insert(0, {str(folder)!r})\n"
    command = [python, "-I", "-S", "-B", "-W", "error", "-c", start + code]
    return subprocess.run(command, capture_output=True, text=True, env={}, cwd=folder, check=False)


def unpacked(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


@pytest.mark.parametrize(("name", "code"), [("edge", use_edge), ("origin", use_origin), ("token", use_token)])
@pytest.mark.parametrize("is_local", [True, False], ids=["local", "for the Lambda"])
def test_a_zip_runs_on_nothing_but_its_python(name, code, is_local, tmp_path):
    python = sys.executable if is_local else lambda_compiler().path
    done = run(python, unpacked(built(name, is_local=is_local), tmp_path), code)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_wheels_are_the_lambdas(tmp_path):
    lambda_compiler()
    found = [each for each in names(built("edge", is_local=False)) if each.startswith("PIL/_imaging.")]
    assert found == ["PIL/_imaging.cpython-313-x86_64-linux-gnu.so"]


def test_compiled_files_are_run_without_a_look_at_their_source(tmp_path):
    folder = unpacked(built("edge", is_local=True), tmp_path)
    (folder / "variants" / "grammar.py").write_text("raise SystemExit('compiled anew')\n")
    done = run(sys.executable, folder, "import variants.grammar; print(variants.grammar.reserved_segment)")
    assert (done.returncode, done.stdout) == (0, "_mirage\n")


def test_without_precompile_no_compiled_file_ships():
    assert [each for each in names(built("edge", is_local=True, precompile=False)) if each.endswith(".pyc")] == []


def test_every_source_has_its_compiled_file():
    found = names(built("edge", is_local=True))
    compiled = [each for each in found if each.endswith(".pyc")]
    assert len(compiled) == len([each for each in found if each.endswith(".py")])
    assert f"variants/__pycache__/grammar.{sys.implementation.cache_tag}.pyc" in compiled


def copied(folder: Path) -> Path:
    """The tree as another clone would have it, elsewhere and written in another order."""
    for part in ("variants", "origin", "edge", "infra"):
        shutil.copytree(root / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for path in sorted((folder / "variants").glob("*.*"), reverse=True):
        path.write_bytes(path.read_bytes())
        os.utime(path, (0, 0))
    return folder


def test_two_folders_give_the_same_bytes(tmp_path):
    lambda_compiler()
    cache = tmp_path / "cache"
    cache.mkdir()
    built("edge", is_local=False)
    (cache / "wheels").symlink_to(root / ".mirage" / "wheels")
    elsewhere = Builder(
        is_local=False, precompile=True, root=copied(tmp_path / "a clone"), cache=cache, say=silent
    ).build(contents.edge, settings)
    assert digest(elsewhere) == digest(built("edge", is_local=False))


def test_two_orders_give_the_same_compiled_files(tmp_path):
    sources = {f"variants/{path.name}": path.read_bytes() for path in (root / "variants").glob("[a-g]*.py")}
    compiler = bytecode.here()
    there = dict(bytecode.compile_all(sources, compiler, tmp_path / "there", silent))
    back = dict(bytecode.compile_all(dict(reversed(sources.items())), compiler, tmp_path / "back", silent))
    assert there == back
    assert len(there) == len(sources) > 5


def test_compiled_files_hold_no_path_of_this_machine(tmp_path):
    sources = {"variants/grammar.py": (root / "variants" / "grammar.py").read_bytes()}
    for _, content in bytecode.compile_all(sources, bytecode.here(), tmp_path, silent):
        assert str(root).encode() not in content
        assert b"/var/task/variants/grammar.py" in content


def test_a_second_build_makes_nothing():
    first = built("edge", is_local=True)
    before = first.stat().st_mtime_ns
    said: list[str] = []
    again = Builder(is_local=True, precompile=True, say=said.append).build(contents.edge, settings)
    assert (again, again.stat().st_mtime_ns, said) == (first, before, [])


def test_other_settings_make_another_zip():
    other = Settings(region="eu-central-1", originals_bucket="o", variants_bucket="other")
    assert Builder(is_local=True, precompile=True, say=silent).build(contents.edge, other) != built(
        "edge", is_local=True
    )


def test_a_first_build_says_what_it_does(tmp_path):
    said: list[str] = []
    source = {"a.py": b"x = 1\n"}
    list(bytecode.compile_all(source, bytecode.here(), tmp_path, said.append))
    assert said == [f"Compiling 1 files with Python {'.'.join(map(str, sys.version_info[:3]))} ..."]


def test_a_zip_above_lambdas_limit_is_refused():
    small = Builder(is_local=True, precompile=False, say=silent, max_bytes=1000, cache=root / ".mirage" / "small")
    with pytest.raises(BundleError, match=r"^Expected edge.zip to have at most 1,000 bytes, received [0-9,]+\.$"):
        small.build(contents.edge, settings)


def test_zips_for_the_lambda_are_far_below_its_limit():
    lambda_compiler()
    for name in ships:
        assert built(name, is_local=False).stat().st_size < 12 * 1024 * 1024


def test_an_interpreter_that_does_not_run_is_passed_over(tmp_path, monkeypatch):
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\necho 'python3.13: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "none"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "none"))
    assert str(shim) in list(bytecode.candidates("3.13.99"))
    with pytest.raises(BundleError) as caught:
        bytecode.find("3.13.99")
    assert str(caught.value) == (
        "Expected Python 3.13.99 to precompile the Lambdas, found none that runs: install it "
        "(uv python install 3.13.99, or pyenv install 3.13.99), or say mirage:precompile: false, "
        "which makes cold starts twice as long."
    )


def test_an_interpreter_is_believed_by_what_it_says_when_it_runs():
    version = ".".join(map(str, sys.version_info[:3]))
    assert bytecode.find(version).version == version


def test_where_the_wheels_cannot_be_fetched_the_sentence_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    path = tmp_path / "edge.txt"
    path.write_text("no-such-package==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    with pytest.raises(BundleError) as caught:
        list(wheels.of_lock(Lock(path=path), lambda_target, tmp_path / "wheels", silent))
    said = str(caught.value)
    assert said.startswith("Expected pip to fetch the wheels of edge.txt, but it said: ")
    assert "Check that this machine reaches its package index (pip config list), or copy " in said
    assert said.endswith("from a machine that has built this once.")
    assert "\n" not in said


def test_a_wheel_that_is_not_the_locks_is_refused(tmp_path):
    path = tmp_path / "edge.txt"
    path.write_text("six==1.17.0 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    lock = Lock(path=path)
    folder = tmp_path / "wheels" / lock.digest
    folder.mkdir(parents=True)
    (folder / "six-1.17.0-py3-none-any.whl").write_bytes(b"not what was pinned")
    with pytest.raises(BundleError, match=r"^Expected six-1.17.0-py3-none-any.whl to be as edge.txt pins it: delete "):
        list(wheels.of_lock(lock, lambda_target, tmp_path / "wheels", silent))


def test_locks_pin_what_the_emulator_and_the_tests_have():
    requirements = Lock(path=root / "requirements.txt").versions
    for name in ships:
        for package, version in Lock(path=root / "infra" / "locks" / f"{name}.txt").versions.items():
            assert requirements[package] == version


def test_a_members_bytes_come_out_as_they_went_in(tmp_path):
    path = tmp_path / "wheel.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b.py", "x = 1\n" * 1000)
        archive.writestr("é.txt", b"")
    found = dict(zips.members(path))
    assert found["a/b.py"].content == b"x = 1\n" * 1000
    assert len(found["a/b.py"].packed) < 100
    written = tmp_path / "written.zip"
    written.write_bytes(zips.write(found | {"c": zips.plain(b"plain")}))
    with zipfile.ZipFile(written) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "a/b.py": b"x = 1\n" * 1000,
            "c": b"plain",
            "é.txt": b"",
        }


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_cache_forgets_the_zips_that_were_used_longest_ago(tmp_path):
    cache = tmp_path / "build"
    for number in range(70):
        (cache / f"{number:02}").mkdir(parents=True)
        os.utime(cache / f"{number:02}", (1_000_000 + number, 1_000_000 + number))
    target = Builder(is_local=True, precompile=False, cache=tmp_path, say=silent).build(contents.edge, settings)
    left = sorted(path.name for path in cache.iterdir() if path != target.parent)
    assert left == [f"{number:02}" for number in range(11, 70)]
    assert target.exists()
