"""What is asked of a listing. S3 API "ListObjectsV2", read 2026-11."""

from __future__ import annotations

import re

from emulator.quotas import s3_list_max_keys
from emulator.s3.messages import S3Request
from emulator.s3.refusals import Refused


def bounded(request: S3Request) -> str:
    """The request's query, in which a listing asks for a thousand keys at most. Raises Refused where it asks for no
    number of them."""

    def least(found: re.Match[str]) -> str:
        return f"{found[1]}{min(int(found[2]), s3_list_max_keys)}"

    if not request.key and not request.parameters.get("max-keys", "0").isdecimal():
        raise Refused("InvalidArgument", "Provided max-keys not an integer or within integer range")
    return request.query if request.key else re.sub(r"((?:^|&)max-keys=)([0-9]+)", least, request.query)
