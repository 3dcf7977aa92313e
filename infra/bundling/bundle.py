"""The zips of both Lambdas: built once for the same inputs, and the same bytes wherever they are built."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.bundling import bytecode, contents, wheels, zips
from infra.bundling.contents import Contents
from infra.bundling.sbom import sbom
from infra.bundling.wheels import BundleError, Lock, Target
from infra.bundling.zips import Member
from variants import settings as baked
from variants.settings import Settings

project = Path(__file__).resolve().parents[2]
# Both "Quotas on Lambda@Edge" and "Lambda quotas" (direct upload), read 2026-11.
max_zip_bytes = 50 * 1024 * 1024
# What makes the bytes, besides their inputs: a change of these files builds anew.
builders = ("bundle", "bytecode", "contents", "sbom", "wheels", "zips")
# The cache forgets what was used longest ago: 60 zips are about a gigabyte.
kept_builds = 60
# Beside each zip: what of others is in it.
bill_suffix = ".cdx.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """Where and for what the zips are built. `is_local`: for the Python that runs this, from what it has installed."""

    is_local: bool
    precompile: bool
    root: Path = project
    cache: Path = project / ".mirage"
    max_bytes: int = max_zip_bytes
    say: Callable[[str], None] = print

    def build(self, ships: Contents, settings: Settings) -> Path:
        """The zip, built where it is not there yet.

        Raises BundleError with a sentence: no wheels, no interpreter, too large.
        """
        lock = Lock(path=self.root / "infra" / "locks" / f"{ships.lock}.txt")
        own = dict(ships.own_files(self.root)) | {"settings.json": baked.to_json(settings).encode()}
        target = self.cache / "build" / self._digest(own, lock, ships.architecture) / f"{ships.name}.zip"
        if not target.exists():
            files = self._files(ships, lock, own)
            body = zips.write(files)
            if len(body) > self.max_bytes:
                raise BundleError(
                    f"Expected {target.name} to have at most {self.max_bytes:,} bytes, received {len(body):,}."
                )
            _put(target.with_suffix(bill_suffix), sbom(ships.name, body, lock, files))
            _put(target, body)
        target.parent.touch()
        _forget(target.parent.parent)
        return target

    def _files(self, ships: Contents, lock: Lock, own: dict[str, bytes]) -> dict[str, Member]:
        files = {name: zips.plain(content) for name, content in own.items()}
        packages = wheels.installed(lock) if self.is_local else self._wheels(lock, ships.architecture)
        files |= {name: member for name, member in packages if ships.takes(name)}
        if self.precompile:
            files |= dict(self._compiled(files))
        return files

    def _wheels(self, lock: Lock, architecture: str) -> Iterator[tuple[str, Member]]:
        target = Target(python=self.lambda_python.rpartition(".")[0], architecture=architecture)
        return wheels.of_lock(lock, target, self.cache / "wheels", self.say)

    def _compiled(self, files: dict[str, Member]) -> Iterator[tuple[str, Member]]:
        compiler = bytecode.here() if self.is_local else bytecode.find(self.lambda_python)
        sources = {name: member.content for name, member in files.items() if name.endswith(".py")}
        for name, content in bytecode.compile_all(sources, compiler, self.cache / "bytecode", self.say):
            yield name, zips.plain(content)

    def _digest(self, own: dict[str, bytes], lock: Lock, architecture: str) -> str:
        """A digest of all that the zip is made of."""
        python = sys.version if self.is_local else self.lambda_python
        made_by = {
            f"infra/bundling/{name}.py": (self.root / "infra" / "bundling" / f"{name}.py").read_bytes()
            for name in builders
        }
        said = {"lock": lock.text, "python": python, "precompile": str(self.precompile)}
        said |= {"architecture": architecture} if architecture != "x86_64" else {}
        inputs = own | made_by | {name: text.encode() for name, text in said.items()}
        lines = [f"{name} {hashlib.sha256(content).hexdigest()}\n" for name, content in sorted(inputs.items())]
        return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]

    @property
    def lambda_python(self) -> str:
        """The exact version that compiles for the Lambda."""
        return (self.root / "infra" / "locks" / "python-version").read_text(encoding="utf-8").strip()


def builder(*, precompile: bool, say: Callable[[str], None]) -> Builder:
    """The builder for the Lambda; or for this machine, where MIRAGE_BUNDLE=local says so (emulator, tests)."""
    return Builder(is_local=os.environ.get("MIRAGE_BUNDLE") == "local", precompile=precompile, say=say)


def build_edge(settings: Settings, *, precompile: bool, say: Callable[[str], None] = print) -> Path:
    """The edge's zip."""
    return builder(precompile=precompile, say=say).build(contents.edge, settings)


def build_origin(settings: Settings, *, precompile: bool, say: Callable[[str], None] = print) -> Path:
    """The origin's zip."""
    return builder(precompile=precompile, say=say).build(contents.origin, settings)


def build_on_demand(settings: Settings, *, precompile: bool, say: Callable[[str], None] = print) -> Path:
    """The zip of the regional function that makes originals which take long."""
    return builder(precompile=precompile, say=say).build(contents.on_demand, settings)


def build_token(settings: Settings, *, precompile: bool, say: Callable[[str], None] = print) -> Path:
    """The zip of the regional function that exchanges tokens for cookies."""
    return builder(precompile=precompile, say=say).build(contents.token, settings)


def build_regional(settings: Settings, *, precompile: bool, say: Callable[[str], None] = print) -> Path:
    """The zip of the regional function that makes variants in the mode without Lambda@Edge."""
    return builder(precompile=precompile, say=say).build(contents.regional, settings)


def _put(target: Path, body: bytes) -> None:
    """Writes the file at once: a build that was cut off leaves nothing behind that looks like one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(body)
    fresh.replace(target)


def _forget(builds: Path) -> None:
    """Removes the zips that were used longest ago; another process may be at the same."""
    for folder in sorted(builds.iterdir(), key=_last_used)[:-kept_builds]:
        shutil.rmtree(folder, ignore_errors=True)


def _last_used(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0
