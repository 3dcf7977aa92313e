"""Buckets as the program declared them, made in the gate."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from emulator.reading import NotHonoured, Reader
from emulator.recorded import Recorded
from emulator.s3.gate import Gate
from emulator.s3.lifecycle import read_rules
from emulator.s3.messages import administrator
from emulator.s3.notification import read_targets
from emulator.s3.refusals import Refused


async def _policy(gate: Gate, bucket: str, reader: Reader) -> None:
    await _put(gate, bucket, "policy", reader.text("policy"))


async def _versioning(gate: Gate, bucket: str, reader: Reader) -> None:
    block = reader.block("versioningConfiguration")
    status = block.text("status") if block else ""
    if status not in {"Enabled", "Suspended", "Disabled"}:
        raise NotHonoured(f"MalformedXML: The status of {reader.path} is none of Enabled, Suspended, Disabled.")
    if status == "Enabled":
        space = "http://s3.amazonaws.com/doc/2006-03-01/"
        body = f'<VersioningConfiguration xmlns="{space}"><Status>Enabled</Status></VersioningConfiguration>'
        await _put(gate, bucket, "versioning", body)
    elif status == "Suspended":
        raise NotHonoured(f"The emulator does not honour suspended versioning ({reader.path}).")
    if block:
        block.finish()


async def _lifecycle(gate: Gate, bucket: str, reader: Reader) -> None:
    gate.buckets[bucket].rules = read_rules(reader)


async def _notification(gate: Gate, bucket: str, reader: Reader) -> None:
    gate.buckets[bucket].targets = read_targets(reader)
    gate.buckets[bucket].tells_bus = reader.flag("eventbridge")


async def _public_access(gate: Gate, bucket: str, reader: Reader) -> None:
    gate.buckets[bucket].blocks_public_policy = reader.flag("blockPublicPolicy")
    # Access lists are refused altogether, and a policy that is not public stays as it is.
    others = ("blockPublicAcls", "ignorePublicAcls", "restrictPublicBuckets")
    blocks = {name[0].upper() + name[1:]: reader.flag(name) for name in others}
    gate.buckets[bucket].public_access_block = {
        **blocks,
        "BlockPublicPolicy": gate.buckets[bucket].blocks_public_policy,
    }
    reader.without_effect("skipDestroy")


async def _ownership(gate: Gate, bucket: str, reader: Reader) -> None:
    rule = reader.block("rule")
    if rule:
        rule.only("objectOwnership", ["BucketOwnerEnforced"], "its S3 takes no access lists")
        rule.finish()


async def _encryption(gate: Gate, bucket: str, reader: Reader) -> None:
    for rule in reader.blocks("rules"):
        chosen = rule.block("applyServerSideEncryptionByDefault")
        if chosen:
            chosen.only("sseAlgorithm", ["AES256"], "keys of KMS are not emulated")
            chosen.finish()
        rule.without_effect("bucketKeyEnabled")
        rule.finish()


async def _object(gate: Gate, bucket: str, reader: Reader) -> None:
    headers = {name: reader.text(prop) for prop, name in object_headers.items()}
    metadata = reader.whatever("metadata")
    key, source, content = reader.text("key"), reader.whatever("source"), reader.text("content")
    path = getattr(source, "path", None)
    body = Path(path).read_bytes() if path else content.encode()
    reader.without_effect("tags", "forceDestroy", "etag", "sourceHash")
    given = [(name, value) for name, value in headers.items() if value]
    given += [(f"x-amz-meta-{name}", str(value)) for name, value in _mapping(metadata).items()]
    answer = await gate.request(administrator(gate.account), "PUT", bucket, quote(key), "", given, body)
    if answer.status >= 400:
        raise NotHonoured(f"{reader.path}: {answer.body.decode()}")


def _mapping(found: object) -> Mapping[str, object]:
    return found if isinstance(found, Mapping) else {}


object_headers = {
    "contentType": "content-type",
    "cacheControl": "cache-control",
    "contentDisposition": "content-disposition",
    "contentEncoding": "content-encoding",
    "contentLanguage": "content-language",
}
settings: Mapping[str, Callable[[Gate, str, Reader], Awaitable[None]]] = {
    "BucketPublicAccessBlock": _public_access,
    "BucketOwnershipControls": _ownership,
    "BucketServerSideEncryptionConfiguration": _encryption,
    "BucketVersioning": _versioning,
    "BucketLifecycleConfiguration": _lifecycle,
    "BucketPolicy": _policy,
    "BucketNotification": _notification,
    "BucketObjectv2": _object,
    "BucketObject": _object,
}


async def _put(gate: Gate, bucket: str, subresource: str, body: str) -> None:
    answer = await gate.request(administrator(gate.account), "PUT", bucket, "", subresource, (), body.encode())
    if answer.status >= 400:
        raise NotHonoured(f"{subresource} of {bucket}: {answer.body.decode()}")


async def make_buckets(gate: Gate, resources: Iterable[Recorded]) -> None:
    """Makes every declared bucket with all that is declared for it.

    Raises NotHonoured for what the emulator does not honour, and with AWS's reason for what S3 would refuse.
    """
    found = [each for each in resources if each.type.startswith("aws:s3/")]
    for each in found:
        kind = each.type.rsplit(":", 1)[1]
        if kind == "Bucket":
            await _create(gate, each)
        elif kind not in settings:
            raise NotHonoured(f"The emulator does not honour {each.type} ({each.name}).")
    for kind, make in settings.items():
        for each in found:
            if each.type.endswith(f":{kind}"):
                await _set(gate, Reader(f"{kind} {each.name}", each.inputs), make)


async def _create(gate: Gate, each: Recorded) -> None:
    reader, bucket = Reader(f"Bucket {each.name}", each.inputs), str(each.outputs["bucket"])
    reader.without_effect("bucket", "region", "forceDestroy", "tags")
    reader.finish()
    try:
        await gate.create(bucket, str(each.outputs["region"]))
    except Refused as error:
        raise NotHonoured(f"{error.code}: {error.message} ({bucket})") from error


async def _set(gate: Gate, reader: Reader, make: Callable[[Gate, str, Reader], Awaitable[None]]) -> None:
    bucket = reader.text("bucket")
    reader.without_effect("region")
    if bucket not in gate.buckets:
        raise NotHonoured(f"NoSuchBucket: The specified bucket does not exist ({reader.path}: {bucket}).")
    await make(gate, bucket, reader)
    reader.finish()
