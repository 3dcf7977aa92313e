"""The zips of both Lambdas: an allow-list of files, byte for byte the same wherever they are built."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from variants import settings as baked
from variants.settings import Settings

project = Path(__file__).resolve().parents[1]
build_folder = project / ".mirage" / "build"
zip_date = (1980, 1, 1, 0, 0, 0)


def build_edge(settings: Settings, *, precompile: bool) -> Path:
    return _build("edge", ("PIL", "urllib3"), settings)


def build_origin(settings: Settings, *, precompile: bool) -> Path:
    return _build("origin", ("boto3", "botocore", "jmespath", "dateutil", "six.py", "s3transfer", "urllib3"), settings)


def _build(part, packages, settings):
    import importlib.util

    site = Path(importlib.util.find_spec("urllib3").origin).parents[1]
    files = {"settings.json": baked.to_json(settings).encode()}
    for folder in ("variants", part):
        for path in sorted((project / folder).rglob("*")):
            if path.suffix in (".py", ".json"):
                files[path.relative_to(project).as_posix()] = path.read_bytes()
    for name in packages:
        root = site / name
        for path in [root] if root.is_file() else sorted(root.rglob("*")):
            rel = path.relative_to(site).as_posix()
            if (
                path.is_file()
                and path.suffix != ".pyc"
                and not (
                    rel.startswith("botocore/data/")
                    and rel.count("/") > 2
                    and rel.split("/")[2] not in ("s3", "cloudfront")
                )
            ):
                files[rel] = path.read_bytes()
    if part == "edge":
        for path in sorted((site / "pillow.libs").rglob("*")):
            files[path.relative_to(site).as_posix()] = path.read_bytes()
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    out = build_folder / digest.hexdigest()[:16] / f"{part}.zip"
    if not out.exists():
        out.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
            for name in sorted(files):
                info = zipfile.ZipInfo(name, zip_date)
                info.external_attr = (0o755 if name.endswith(".so") else 0o644) << 16
                info.compress_type = zipfile.ZIP_DEFLATED
                z.writestr(info, files[name])
    return out
