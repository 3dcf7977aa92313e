"""DeleteObjects: each key judged and deleted by itself. S3 API "DeleteObjects", read 2026-11."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import urlencode
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from emulator.quotas import s3_delete_max_keys
from emulator.s3.messages import S3Answer, S3Request
from emulator.s3.refusals import Refused

_space = "{http://s3.amazonaws.com/doc/2006-03-01/}"


async def delete_objects(request: S3Request, delete: Callable[[S3Request], Awaitable[S3Answer]]) -> S3Answer:
    """The list of what was deleted and what was not; `delete` serves one DeleteObject, its rights included."""
    quiet, entries = _read(request.body)
    lines: list[str] = []
    for key, version, etag in entries:
        headers = {name: value for name, value in request.headers.items() if name != "if-match"}
        headers |= {"if-match": etag} if etag else {}
        query = urlencode({"versionId": version}) if version else ""
        single = replace(request, method="DELETE", key=key, query=query, headers=headers, body=b"")
        named = f"<Key>{escape(key)}</Key>" + (f"<VersionId>{escape(version)}</VersionId>" if version else "")
        try:
            answer = await delete(single)
        except Refused as error:
            code = f"<Code>{error.code}</Code><Message>{escape(error.message)}</Message>"
            lines.append(f"<Error>{named}{code}</Error>")
            continue
        if not quiet:
            lines.append(f"<Deleted>{named}{_marker(answer)}</Deleted>")
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        + "".join(lines)
        + "</DeleteResult>"
    )
    return S3Answer(status=200, headers=(("Content-Type", "application/xml"),), body=body.encode())


def has_conditions(request: S3Request) -> bool:
    """True where an object is to be deleted only as long as it has an ETag."""
    return any(etag for _, _, etag in _read(request.body)[1])


def _read(body: bytes) -> tuple[bool, list[tuple[str, str | None, str | None]]]:
    try:
        document = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise Refused("MalformedXML") from error
    entries: list[tuple[str, str | None, str | None]] = []
    for each in document:
        if each.tag.removeprefix(_space) == "Object":
            fields = {part.tag.removeprefix(_space): part.text or "" for part in each}
            entries.append((fields.get("Key", ""), fields.get("VersionId") or None, fields.get("ETag") or None))
    if not 0 < len(entries) <= s3_delete_max_keys:
        raise Refused("MalformedXML")
    quiet = next((each.text for each in document if each.tag.removeprefix(_space) == "Quiet"), "false")
    return quiet == "true", entries


def _marker(answer: S3Answer) -> str:
    if answer.header("x-amz-delete-marker") != "true":
        return ""
    version = escape(answer.header("x-amz-version-id") or "")
    return f"<DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>{version}</DeleteMarkerVersionId>"
