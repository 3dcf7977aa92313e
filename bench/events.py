"""The origin-response events that the functions are called with. AWS "Lambda@Edge event structure", read 2026-11."""

from __future__ import annotations

Headers = dict[str, list[dict[str, str]]]


def missing(path: str) -> dict[str, object]:
    """S3 does not have the variant at that path."""
    return _event(path, "404", {"server": "AmazonS3", "content-type": "application/xml"})


def stored(path: str) -> dict[str, object]:
    """S3 has it: what most answers of the origin are."""
    sent = {
        "server": "AmazonS3",
        "content-type": "image/webp",
        "content-length": "41318",
        "cache-control": "public, max-age=300, s-maxage=31536000",
        "etag": '"b1946ac92492d2347c6235b4d2611184"',
        "last-modified": "Fri, 20 Nov 2026 10:00:00 GMT",
        "x-amz-meta-cache-tag": "o-0123456789abcdef0123456789abcdef",
        "x-amz-meta-original-etag": "0123456789abcdef0123456789abcdef",
        "x-amz-meta-epoch": "1",
    }
    return _event(path, "200", sent)


def _event(path: str, status: str, sent: dict[str, str]) -> dict[str, object]:
    host = "variants.s3.eu-central-1.amazonaws.com"
    asked = {
        "x-mirage-generate": "on",
        "host": host,
        "user-agent": "Amazon CloudFront",
    }
    origin = {
        "authMethod": "none",
        "customHeaders": {},
        "domainName": host,
        "path": "/v",
        "region": "eu-central-1",
    }
    request = {
        "clientIp": "203.0.113.7",
        "method": "GET",
        "uri": path,
        "querystring": "",
        "headers": _listed(asked),
        "origin": {"s3": origin},
    }
    config = {"distributionId": "E1BENCH", "requestId": "bench", "eventType": "origin-response"}
    response = {"status": status, "statusDescription": "-", "headers": _listed(sent)}
    return {"Records": [{"cf": {"config": config, "request": request, "response": response}}]}


def _listed(headers: dict[str, str]) -> Headers:
    return {name: [{"key": name.title(), "value": value}] for name, value in headers.items()}
