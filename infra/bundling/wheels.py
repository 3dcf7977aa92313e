"""The packages that ship: hash-pinned wheels for the Lambda, fetched once by pip; or those that are installed here."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pulumi

from infra.bundling import zips
from infra.bundling.zips import Member

# Amazon Linux 2023, on which python3.13 runs, has glibc 2.34 (L:lambda-runtimes, read 2026-11); Lambda's names for the
# processors are not the wheels'.
glibcs = ("manylinux_2_28", "manylinux_2_17", "manylinux2014")
processors = {"x86_64": "x86_64", "arm64": "aarch64"}
pip_timeout_s = 600


class BundleError(pulumi.RunError):
    """A bundle that cannot be built. Its sentence says what to do; Pulumi prints it without a trace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A file of pinned packages with their hashes, as uv and pip-tools write it."""

    path: Path

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def versions(self) -> Mapping[str, str]:
        """The packages' versions by name."""
        return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", self.text, re.MULTILINE))

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    def check(self, wheel: Path) -> None:
        """Raises BundleError where a wheel is none that the lock names."""
        found = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if f"sha256:{found}" not in self.text:
            raise BundleError(
                f"Expected {wheel.name} to be as {self.path.name} pins it: delete {wheel.parent}, and build again."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What wheels are for: Lambda's Python (`3.13`) and its word for the processor."""

    python: str
    architecture: str

    @property
    def options(self) -> list[str]:
        """pip's words for it."""
        abi = "cp" + self.python.replace(".", "")
        platforms = [f"{glibc}_{processors[self.architecture]}" for glibc in glibcs]
        options = ["--implementation", "cp", "--abi", abi, "--python-version", self.python]
        return [*options, *(part for platform in platforms for part in ("--platform", platform))]


def of_lock(lock: Lock, target: Target, cache: Path, say: Callable[[str], None]) -> Iterator[tuple[str, Member]]:
    """The files of the lock's wheels for the Lambda, as compressed as they came."""
    folder = cache / (lock.digest if target.architecture == "x86_64" else f"{lock.digest}-{target.architecture}")
    if not folder.exists():
        say(f"Fetching the wheels of {lock.path.name} for the Lambda ({', '.join(lock.versions)}) ...")
        _fetch(lock, target, folder)
    for wheel in sorted(folder.glob("*.whl")):
        lock.check(wheel)
        yield from zips.members(wheel)


def installed(lock: Lock) -> Iterator[tuple[str, Member]]:
    """The files of the same packages as this Python has them: for the emulator and the tests, which run on it.

    Raises BundleError where a version is not the lock's.
    """
    for name, version in lock.versions.items():
        found = metadata.distribution(name)
        if found.version != version:
            raise BundleError(
                f"Expected {name} {version} as in {lock.path.name}, found {found.version} installed: run make lock."
            )
        for each in found.files or ():
            path = Path(str(each.locate()))
            if path.suffix != ".pyc" and path.is_file():
                yield each.as_posix(), zips.plain(path.read_bytes())


def _fetch(lock: Lock, target: Target, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as fresh:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        command += ["--disable-pip-version-check", "--only-binary=:all:", *target.options]
        command += ["--dest", fresh, "--requirement", str(lock.path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=pip_timeout_s, check=False)
        if done.returncode != 0:
            raise BundleError(_pip_sentence(lock, done.stderr, folder))
        if not folder.exists():
            shutil.copytree(fresh, folder)


def _pip_sentence(lock: Lock, stderr: str, folder: Path) -> str:
    said = [line for line in stderr.splitlines() if line.startswith("ERROR")] or stderr.splitlines() or ["nothing"]
    return (
        f"Expected pip to fetch the wheels of {lock.path.name}, but it said: {said[-1].removeprefix('ERROR: ')[:300]} "
        f"Check that this machine reaches its package index (pip config list), or copy {folder} "
        "from a machine that has built this once."
    )
