"""The bill of materials of a zip, as CycloneDX 1.6 JSON: what of others is in it, so that an advisory finds it.

The same zip gives the same bytes: no time, and a serial number made of the zip's own digest.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from infra.bundling.wheels import Lock
from infra.bundling.zips import Member

# CycloneDX v1.6 JSON reference, read 2026-11.
spec_version = "1.6"
# What a wheel brings compiled, as Python and auditwheel name it: _webp.cpython-313-x86_64-linux-gnu.so,
# libwebp-2fd3cdca.so.7.2.0
library_pattern = re.compile(r"(?P<name>[A-Za-z0-9_]+)(?:[.-][A-Za-z0-9_-]+)?\.so(?:\.(?P<version>[0-9.]+))?")
namespace = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # RFC 9562, 6.6: names that are URLs
Component = dict[str, object]


def sbom(name: str, body: bytes, lock: Lock, files: Mapping[str, Member]) -> bytes:
    """The bill of a zip: the locked packages of which a file is in it, and each compiled library, with its digest."""
    digest = hashlib.sha256(body).hexdigest()
    itself: Component = {
        "type": "application",
        "bom-ref": name,
        "name": f"mirage-{name}",
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }
    parts = [*_packages(lock, files), *_libraries(files)]
    said = {
        "$schema": f"http://cyclonedx.org/schema/bom-{spec_version}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": spec_version,
        "serialNumber": f"urn:uuid:{uuid.uuid5(namespace, digest)}",
        "version": 1,
        "metadata": {"component": itself},
        "components": parts,
        "dependencies": [{"ref": name, "dependsOn": [each["bom-ref"] for each in parts]}],
    }
    return json.dumps(said, indent=1).encode() + b"\n"


def _packages(lock: Lock, files: Mapping[str, Member]) -> Iterator[Component]:
    """The packages that ship: those of whose top folders or modules a file is there."""
    shipped = {PurePosixPath(each).parts[0].removesuffix(".py").lower() for each in files}
    for name, version in sorted(lock.versions.items()):
        if _folder_of(name) in shipped:
            purl = f"pkg:pypi/{name.lower()}@{version}"
            yield {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}


def _folder_of(name: str) -> str:
    """The folder or module that a package is imported by, in lower case."""
    return {"pillow": "pil", "python-dateutil": "dateutil"}.get(name.lower(), name.lower().replace("-", "_"))


def _libraries(files: Mapping[str, Member]) -> Iterator[Component]:
    for path, member in sorted(files.items()):
        found = library_pattern.fullmatch(PurePosixPath(path).name)
        if found is not None:
            content = hashlib.sha256(member.content).hexdigest()
            component: Component = {
                "type": "library",
                "bom-ref": path,
                "name": found["name"],
                "hashes": [{"alg": "SHA-256", "content": content}],
                "evidence": {"occurrences": [{"location": path}]},
            }
            yield component | ({"version": found["version"]} if found["version"] else {})
