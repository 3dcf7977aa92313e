"""The probe's edge function: an answer in place of the bucket's 404, as the first segment of its path says.

/plain/<id>  /large/<bytes>/<id>  /event/<id>  /stale/<id>  /method/<id>  /text/<id>  /group/<id>
/status/<status>/<id>  /tagged/<status>/<id>  /slow/<seconds>/<keep or drop>/<id>
"""

from __future__ import annotations

import base64
import json
import time
import uuid

kept_headers = ("transfer-encoding", "via")
tag_header = "x-amz-meta-cache-tag"
text_bytes = 5_000


def handler(event, _context):
    exchange = event["Records"][0]["cf"]
    request, response = exchange["request"], exchange["response"]
    if response["status"] != "404":
        return response
    kind, *rest = request["uri"].strip("/").split("/")
    headers = {name: lines for name, lines in response["headers"].items() if name in kept_headers}
    answer = {"status": "200", "headers": headers, "bodyEncoding": "text", "body": str(uuid.uuid4())}
    headers["cache-control"] = line("cache-control", "max-age=3600")
    headers["vary"] = line("vary", "x-probe-unseen")
    headers["x-probe-made"] = line("x-probe-made", "1")
    headers["content-type"] = line("content-type", "text/plain")
    headers["etag"] = line("etag", f'"{uuid.uuid4().hex}"')
    changes = {
        "large": lambda: {"bodyEncoding": "base64", "body": base64.b64encode(bytes(int(rest[0]))).decode()},
        "event": lambda: {"body": json.dumps(request["origin"]["s3"])},
        "group": lambda: {"body": request["origin"]["s3"]["path"]},
        "status": lambda: {"status": rest[0]},
        "stale": lambda: stale(headers),
        "method": lambda: headers.update({"x-probe-method": line("x-probe-method", request["method"])}),
        "text": lambda: {"body": "text " * (text_bytes // 5)},
        "tagged": lambda: tagged(headers, *rest),
        "slow": lambda: slow(headers, *rest),
    }
    answer.update(changes.get(kind, dict)() or {})
    return answer


def stale(headers):
    headers["content-length"] = line("content-length", "3")
    return {"body": "more than three bytes"}


def tagged(headers, status, *_):
    headers[tag_header] = line(tag_header, "probe-tag")
    return {"status": status}


def slow(headers, seconds, keep, *_):
    time.sleep(min(float(seconds), 25))
    headers["cache-control"] = line("cache-control", {"keep": "max-age=3600"}.get(keep, "no-store"))
    return {}


def line(name, value):
    return [{"key": name.title(), "value": value}]
