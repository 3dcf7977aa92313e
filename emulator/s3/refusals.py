"""S3's refusals: code, status and message as "Error responses" of the S3 API reference has them (read 2026-11)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, unescape

from emulator.s3.messages import S3Answer

statuses: Mapping[str, tuple[int, str]] = {
    "AccessControlListNotSupported": (400, "The bucket does not allow ACLs"),
    "AccessDenied": (403, "Access Denied"),
    "AuthorizationHeaderMalformed": (400, "The authorization header that you provided is not valid."),
    "BadDigest": (400, "The CRC32 you specified did not match the calculated checksum."),
    "ConditionalRequestConflict": (409, "The conditional request cannot succeed due to a conflicting operation"),
    "ExpiredToken": (400, "The provided token has expired."),
    "InternalError": (500, "We encountered an internal error. Please try again."),
    "InvalidAccessKeyId": (403, "The AWS Access Key Id you provided does not exist in our records."),
    "InvalidArgument": (400, "Invalid Argument"),
    "InvalidBucketName": (400, "The specified bucket is not valid."),
    "InvalidRange": (416, "The requested range is not satisfiable"),
    "InvalidRequest": (400, "Invalid Request"),
    "InvalidTag": (400, "The tag provided was not a valid tag."),
    "InvalidToken": (400, "The provided token is malformed or otherwise invalid."),
    "InvalidURI": (400, "Couldn't parse the specified URI."),
    "KeyTooLongError": (400, "Your key is too long"),
    "MalformedPolicy": (400, "Policies must be valid JSON and the first byte must be '{'"),
    "MalformedXML": (
        400,
        "The XML you provided was not well-formed or did not validate against our published schema",
    ),
    "MetadataTooLarge": (400, "Your metadata headers exceed the maximum allowed metadata size"),
    "MethodNotAllowed": (405, "The specified method is not allowed against this resource."),
    "NoSuchBucket": (404, "The specified bucket does not exist"),
    "NoSuchBucketPolicy": (404, "The bucket policy does not exist"),
    "NoSuchUpload": (
        404,
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or "
        "completed.",
    ),
    "NoSuchKey": (404, "The specified key does not exist."),
    "NoSuchVersion": (404, "The specified version does not exist."),
    "NotImplemented": (501, "A header you provided implies functionality that is not implemented"),
    "PermanentRedirect": (
        301,
        "The bucket you are attempting to access must be addressed using the specified endpoint. "
        "Please send all future requests to this endpoint.",
    ),
    "PreconditionFailed": (412, "At least one of the pre-conditions you specified did not hold"),
    "RequestTimeTooSkewed": (403, "The difference between the request time and the current time is too large."),
    "SignatureDoesNotMatch": (
        403,
        "The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method.",
    ),
    "SlowDown": (503, "Please reduce your request rate."),
    "XAmzContentSHA256Mismatch": (400, "The provided 'x-amz-content-sha256' header does not match what was computed."),
}


general = {"InvalidArgument", "InvalidRequest"}  # what is wrong stands in the message


class Refused(Exception):
    """S3 says no. `told` are further elements of the error document; `headers` go with the answer."""

    def __init__(
        self,
        code: str,
        message: str | None = None,
        *,
        status: int | None = None,
        told: Mapping[str, str] | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message or statuses[code][1]
        self.status = status or statuses[code][0]
        self.told = told or {}
        self.headers = headers


def refusal(error: Refused, *, head: bool, ids: tuple[str, str]) -> S3Answer:
    """The answer of an error: XML, chunked; without a body to HEAD. `ids` are the request's and the host's."""
    elements = {"Code": error.code, "Message": error.message, **error.told, "RequestId": ids[0], "HostId": ids[1]}
    body = '<?xml version="1.0" encoding="UTF-8"?>\n<Error>'
    body += "".join(f"<{name}>{escape(value)}</{name}>" for name, value in elements.items()) + "</Error>"
    return S3Answer(
        status=error.status,
        headers=(("Content-Type", "application/xml"), ("Transfer-Encoding", "chunked"), *error.headers),
        body=b"" if head else body.encode(),
    )


def refused_by_moto(answer: S3Answer, key: str) -> Refused:
    """The error in moto's answer, in S3's words where moto has others."""
    text = answer.body.decode("utf-8", "replace")
    named: dict[str, str] = dict(re.findall(r"<(Code|Message)>(.*?)</", text, re.DOTALL))
    code = named.get("Code", "InternalError" if answer.status >= 500 else "InvalidRequest")
    known = statuses.get(code)
    said = unescape(named.get("Message", code))
    return Refused(
        code,
        known[1] if known and code not in general else said,
        status=known[0] if known else answer.status,
        told={"Key": key} if code == "NoSuchKey" else None,
    )
