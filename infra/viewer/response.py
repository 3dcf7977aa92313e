"""The viewer-response function of a stack without Lambda@Edge: what a bucket's own answers lack."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

from infra.names import Names, digest_length
from infra.viewer.composing import max_code_bytes, minified_text
from infra.viewer.function import runtime
from infra.viewer.lint import lint
from variants import headers

path = Path(__file__).parent.parent.parent / "edge" / "response" / "stored.js"
marker = "const FILE_CACHE = '', IS_DEBUG = false, SAVES_DATA = false; //@ settings"


def compose(*, browser_cache_seconds: int, debug: bool, save_data: bool) -> str:
    """The function's code, linted before and after minifying. Raises ValueError where it is too large."""
    said = {"FILE_CACHE": headers.until_purged(browser_cache_seconds), "IS_DEBUG": debug, "SAVES_DATA": save_data}
    settings = ", ".join(f"{name} = {json.dumps(value)}" for name, value in said.items())
    text = path.read_text(encoding="utf-8").replace(marker, f"const {settings};")
    lint(text)
    code = minified_text(text)
    lint(code)
    if len(code.encode()) > max_code_bytes:
        raise ValueError(f"Expected a function of at most {max_code_bytes} bytes, received {len(code.encode())}.")
    return code


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerResponseArgs:
    names: Names
    code: str


class ViewerResponse(pulumi.ComponentResource):
    """The published CloudFront Function; a change of its code makes a new one, as with the viewer function."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: ViewerResponseArgs) -> None:
        super().__init__("mirage:infra:ViewerResponse", name)
        digest = hashlib.sha256(args.code.encode()).hexdigest()[:digest_length]
        function = aws.cloudfront.Function(
            "response",
            name=args.names.of("response", digest),
            code=args.code,
            runtime=runtime,
            comment=f"Mirage {args.names.stack}: what a bucket's answers lack",
            publish=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = function.arn
        self.register_outputs({"arn": self.arn})
