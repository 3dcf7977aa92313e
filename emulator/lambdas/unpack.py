"""Folders that a worker runs in: the unpacked zip, and AWS's runtime client with nothing else beside it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import tempfile
import zipfile
from importlib.metadata import version
from pathlib import Path

from emulator.lambdas.spec import Unrunnable
from emulator.quotas import lambda_unzipped_max_bytes, lambda_zip_max_bytes

# Unpacked zips that are kept beside those in use: another stack's, and the builds before this one.
most_kept = 24
create_function_max_bytes = 70_167_211  # as AWS's sentence has it: the zip's fifty megabytes in base64, and the rest
runtime_modules = ("awslambdaric", "simplejson", "snapshot_restore_py", "runtime_client")


def task_root(zip_path: Path, folder: Path) -> tuple[Path, int]:
    """The read-only folder with what is in the zip, made once per content; and what holds on to it until it is closed.

    Raises Unrunnable where Lambda would refuse the zip, in its words.
    """
    packed = zip_path.read_bytes()
    if len(packed) > lambda_zip_max_bytes:
        raise Unrunnable(
            f"RequestEntityTooLargeException: Request must be smaller than {create_function_max_bytes} bytes for the "
            f"CreateFunction operation; {zip_path.name} has {len(packed)}, of {lambda_zip_max_bytes} at most."
        )
    root = folder / f"task-{hashlib.sha256(packed).hexdigest()[:20]}"
    while True:
        if not root.exists():
            _unpack(zip_path, root)
        held = _hold(root, fcntl.LOCK_SH)
        if held is not None:
            break
    os.utime(root)
    _prune(folder)
    return root, held


def _hold(root: Path, how: int) -> int | None:
    """A descriptor that holds on to a folder while it is open; None where the folder went, or is not to be had."""
    try:
        held = os.open(root, os.O_RDONLY)
    except FileNotFoundError:
        return None
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(held, how)
        if root.exists():
            return held
    os.close(held)
    return None


def _prune(folder: Path) -> None:
    """Drops the folders used longest ago, which nobody holds on to: each build of a zip leaves one behind."""
    used: list[tuple[float, Path]] = []
    for each in folder.glob("task-*"):
        with contextlib.suppress(FileNotFoundError):  # another start was faster
            used.append((each.stat().st_mtime, each))
    for _, each in sorted(used, reverse=True)[most_kept:]:
        held = _hold(each, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if held is not None:
            remove(each)
            os.close(held)


def _unpack(zip_path: Path, root: Path) -> None:
    root.parent.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(zip_path) as archive:
            size = sum(each.file_size for each in archive.infolist())
            if size > lambda_unzipped_max_bytes:
                raise Unrunnable(
                    "InvalidParameterValueException: Unzipped size must be smaller than "
                    f"{lambda_unzipped_max_bytes} bytes; {zip_path.name} has {size}."
                )
            making = Path(tempfile.mkdtemp(dir=root.parent))
            archive.extractall(making)
    except zipfile.BadZipFile as error:
        raise Unrunnable(
            "InvalidParameterValueException: Could not unzip uploaded file. Please check your file."
        ) from error
    for path in sorted(making.rglob("*"), reverse=True):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        making.rename(root)
        root.chmod(0o555)
    except OSError:  # another start was faster
        remove(making)


def remove(folder: Path) -> None:
    """Nothing: the folder is gone, read-only or not."""
    for path, _, _ in os.walk(folder):
        Path(path).chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)


def runtime_dir(folder: Path) -> Path:
    """A folder with AWS's runtime client for Python and what it needs.

    Copied from where they are installed: a worker has a /tmp of its own, so links to below it would lead nowhere.
    """
    runtime = folder / f"runtime-{version('awslambdaric')}"
    if runtime.is_dir():
        return runtime
    folder.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=folder))
    for name in runtime_modules:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"AWS's runtime client is not installed: no module {name}.")
        source = Path(spec.origin)
        if source.name == "__init__.py":
            shutil.copytree(source.parent, making / source.parent.name)
        else:
            shutil.copy2(source, making)
    try:
        making.rename(runtime)
    except OSError:  # another start was faster
        remove(making)
    return runtime
