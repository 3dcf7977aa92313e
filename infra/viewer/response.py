"""The viewer-response function of a stack without Lambda@Edge: what a bucket's own answers lack."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pulumi

from infra.names import Names
from infra.viewer.composing import max_code_bytes, minified_text
from infra.viewer.lint import lint
from infra.viewer.published import publish
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
    """The published CloudFront Function."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: ViewerResponseArgs) -> None:
        super().__init__("mirage:infra:ViewerResponse", name)
        function = publish("response", args.names, code=args.code, comment="what a bucket's answers lack", parent=self)
        self.arn = function.arn
        self.register_outputs({"arn": self.arn})
