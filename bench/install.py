"""What is compared and what compares: the peer from npm, the measure of quality from PyPI, our own zip, unpacked."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

from bench import places
from infra.bundling import contents
from infra.bundling.bundle import Builder
from variants.settings import Limits, Settings

Say = Callable[[str], None]
# All decoders, so that every case can run; else what `pulumi up` would bake.
settings = Settings(
    region="eu-central-1",
    originals_bucket="originals",
    variants_bucket="variants",
    decoders=("JPEG", "PNG", "WEBP", "GIF", "AVIF"),
    limits=Limits(image_timeout_s=20),
)


def install(say: Say) -> None:
    """Nothing: peer, quality and our zip are there afterwards. What is there already is kept while its lock is."""
    if shutil.which("npm") is None or not hasattr(os, "sched_setaffinity"):
        raise SystemExit("Expected Node with npm, and Linux, where a process can be kept on one CPU.")
    _once(places.peer, _lock_digest("peer/package-lock.json", "peer/package.json"), lambda: _install_peer(say))
    _once(places.quality, _lock_digest("requirements.txt"), lambda: _install_quality(say))
    _bundle_peer()
    unpack(say)


def _install_peer(say: Say) -> None:
    say("Installing sharp and @aws-sdk/client-s3 from npm ...")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(places.project / "bench" / "peer" / name, places.peer / name)
    _run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], places.peer)


def _bundle_peer() -> None:
    """The peer's programs beside its packages, and its function a second time as one file, as many deploy it."""
    for path in (places.project / "bench" / "peer").glob("*.cjs"):
        shutil.copy(path, places.peer / path.name)
    command = ["node_modules/.bin/esbuild", "function.cjs", "--bundle", "--platform=node", "--minify"]
    command += ["--external:sharp", "--outfile=bundled.cjs", "--log-level=error"]
    _run(command, places.peer)


def _install_quality(say: Say) -> None:
    say("Installing ssimulacra2 and numpy from PyPI ...")
    _run([sys.executable, "-m", "venv", str(places.quality)], places.project)
    locked = str(places.project / "bench" / "requirements.txt")
    _run([str(places.quality_python), "-m", "pip", "install", "-q", "--require-hashes", "-r", locked], places.project)


def unpack(say: Say) -> Path:
    """The folder that holds the edge's zip, unpacked as Lambda does; and AWS's runtime client in one beside it."""
    built = Builder(is_local=True, precompile=True, say=say).build(contents.edge, settings)
    mark = places.zip_root / ".built"
    if not mark.exists() or mark.read_text() != str(built):
        shutil.rmtree(places.zip_root, ignore_errors=True)
        with zipfile.ZipFile(built) as archive:
            archive.extractall(places.zip_root)
        mark.write_text(str(built))
    _copy_runtime()
    return places.zip_root


def _copy_runtime() -> None:
    """AWS's runtime client for Python alone, compiled: what every Python function on Lambda starts with."""
    if places.runtime.exists():
        return
    places.runtime.mkdir(parents=True)
    for name in ("awslambdaric", "simplejson", "snapshot_restore_py", "runtime_client"):
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            continue
        origin = Path(found.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        if source.is_dir():
            shutil.copytree(source, places.runtime / name)
        else:
            shutil.copy(source, places.runtime / origin.name)
    _run([places.python, "-m", "compileall", "-q", "."], places.runtime)


def _once(folder: Path, digest: str, make: Callable[[], None]) -> None:
    mark = folder / ".lock-digest"
    if mark.exists() and mark.read_text() == digest:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    make()
    mark.write_text(digest)


def _lock_digest(*names: str) -> str:
    return hashlib.sha256(b"".join((places.project / "bench" / name).read_bytes() for name in names)).hexdigest()


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=dict(os.environ), check=False)
    if done.returncode != 0:
        raise SystemExit(f"Expected `{' '.join(command[:3])}` to work, but it said: {done.stderr.strip()[-600:]}")
