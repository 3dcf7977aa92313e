"""The header rules of functions at the edge, as data."""

from __future__ import annotations

import re

# Never in an event, and an error where a function adds one.
# AWS "Restrictions on all edge functions: disallowed headers", read 2026-11.
disallowed = frozenset(
    """connection expect keep-alive proxy-authenticate proxy-authorization proxy-connection trailer upgrade
    x-accel-buffering x-accel-charset x-accel-limit-rate x-accel-redirect x-amzn-auth x-amzn-cf-billing
    x-amzn-cf-id x-amzn-cf-xff x-amzn-errortype x-amzn-fle-profile x-amzn-header-count x-amzn-header-order
    x-amzn-lambda-integration-tag x-amzn-requestid x-cache x-forwarded-proto x-real-ip
    cloudfront-viewer-cert-pem client-cert client-cert-chain""".split()  # noqa: SIM905
)
disallowed_prefixes = ("x-amz-cf-", "x-edge-")

# In the event, and an error where a function adds, changes or deletes one. Same page, "Read-only headers".
read_only = {
    "viewer-request": frozenset({"cdn-loop", "content-length", "host", "transfer-encoding", "via"}),
    "viewer-response": frozenset({"warning", "via"}),
    "origin-response": frozenset({"transfer-encoding", "via"}),
}

token = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110 §5.6.2
field_value = re.compile(r"[\t\x20-\x7e\x80-\xff]*")  # RFC 9110 §5.5


def is_disallowed(name: str) -> bool:
    """Whether no function may see or set the header."""
    return name.lower() in disallowed or name.lower().startswith(disallowed_prefixes)
