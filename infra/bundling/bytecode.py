"""Compiled Python for the zips: by one exact interpreter, the same bytes everywhere.

A compiled file depends on what its process did before (cpython issue 129724) and holds its path, so every file has a
fresh process, hash seed 0, and the path that it will have in the Lambda. It is marked never to be checked against its
source: the times in a zip mean nothing ("Cached bytecode invalidation", Python reference; PEP 552).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from infra.bundling.wheels import BundleError

task_root = "/var/task"
candidate_timeout_s = 20
compile_timeout_s = 60
# Read from standard input so that no path of this machine is seen; written to standard output.
program = (
    "import importlib._bootstrap_external as b, importlib.util as u, sys; s = sys.stdin.buffer.read(); "
    "c = compile(s, sys.argv[1], 'exec', dont_inherit=True, optimize=0); "
    "sys.stdout.buffer.write(b._code_to_hash_pyc(c, u.source_hash(s), False))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiler:
    """An interpreter that was run and said what it is. `version` as in `3.13.0`."""

    path: str
    version: str

    @property
    def tag(self) -> str:
        """The tag of its compiled files, `cpython-313`."""
        return "cpython-" + "".join(self.version.split(".")[:2])

    def compile(self, name: str, source: bytes) -> bytes:
        """The compiled file of a source that will be at `name` in the zip."""
        # Not -I: that ignores PYTHONHASHSEED, without which the order of sets in the code changes.
        done = subprocess.run(
            [self.path, "-S", "-s", "-B", "-c", program, f"{task_root}/{name}"],
            input=source,
            capture_output=True,
            env={"PYTHONHASHSEED": "0"},
            timeout=compile_timeout_s,
            check=False,
        )
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip().splitlines() or ["nothing"]
            raise BundleError(f"Expected Python {self.version} to compile {name}, but it said: {said[-1]}")
        return done.stdout


def here() -> Compiler:
    """The interpreter that runs this."""
    return Compiler(path=sys.executable, version=".".join(map(str, sys.version_info[:3])))


def find(version: str) -> Compiler:
    """An interpreter of exactly that version, run before it is believed in: a name on PATH may be a shim that fails.

    Raises BundleError, with both ways out.
    """
    for path in candidates(version):
        if _says(path) == f"cpython {version}":
            return Compiler(path=path, version=version)
    raise BundleError(
        f"Expected Python {version} to precompile the Lambdas, found none that runs: install it "
        f"(uv python install {version}, or pyenv install {version}), or say mirage:precompile: false, "
        "which makes cold starts twice as long."
    )


def candidates(version: str) -> Iterator[str]:
    """Where an interpreter of that version may be: this one, PATH, pyenv's and uv's folders."""
    minor = version.rpartition(".")[0]
    yield sys.executable
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if found := shutil.which(f"python{minor}", path=folder):
            yield found
    home = Path.home()
    pyenv = Path(os.environ.get("PYENV_ROOT", home / ".pyenv")) / "versions" / version
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR", home / ".local" / "share" / "uv" / "python"))
    for root in (pyenv, *sorted(uv.glob(f"cpython-{version}-*"))):
        yield str(root / "bin" / f"python{minor}")


def compile_all(
    sources: Mapping[str, bytes], compiler: Compiler, cache: Path, say: Callable[[str], None]
) -> Iterator[tuple[str, bytes]]:
    """The compiled files of sources by name, each where Python looks for it: `a/__pycache__/b.cpython-313.pyc`."""
    missing = {name: source for name, source in sources.items() if not _cached(name, source, compiler, cache).exists()}
    if missing:
        say(f"Compiling {len(missing)} files with Python {compiler.version} ...")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda name: _compile_into(cache, compiler, name, missing[name]), missing))
    for name, source in sorted(sources.items()):
        folder, _, file = name.rpartition("/")
        place = f"{folder}/__pycache__/" if folder else "__pycache__/"
        compiled = _cached(name, source, compiler, cache).read_bytes()
        yield f"{place}{file.removesuffix('.py')}.{compiler.tag}.pyc", compiled


def _compile_into(cache: Path, compiler: Compiler, name: str, source: bytes) -> None:
    target = _cached(name, source, compiler, cache)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(compiler.compile(name, source))
    fresh.replace(target)


def _cached(name: str, source: bytes, compiler: Compiler, cache: Path) -> Path:
    told = f"{compiler.version}\0{program}\0{name}\0".encode()
    digest = hashlib.sha256(told + source).hexdigest()
    return cache / digest[:2] / f"{digest[2:34]}.pyc"


def _says(path: str) -> str:
    """What an interpreter says that it is, nothing where it does not run."""
    ask = "import platform, sys; print(sys.implementation.name, platform.python_version())"
    try:
        done = subprocess.run(
            [path, "-I", "-S", "-c", ask], capture_output=True, text=True, timeout=candidate_timeout_s, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
