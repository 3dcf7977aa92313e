"""AWS as boto3's clients see it, from a table of answers: each is held against botocore's model of the operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.model import OperationModel
from botocore.validate import ParamValidator

Answer = Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any]]
real_client = boto3.client


@dataclass(frozen=True)
class Refused:
    """An error of AWS's: its code and HTTP status."""

    code: str
    status: int = 403
    message: str = "Access Denied"

    @property
    def said(self) -> dict[str, Any]:
        return {
            "Error": {"Code": self.code, "Message": self.message},
            "ResponseMetadata": {"HTTPStatusCode": self.status, "HTTPHeaders": {}},
        }


@dataclass
class Http:
    status_code: int


@dataclass
class Aws:
    """`answers` by the name of the operation; one that is not named fails the test. `asked`: what was asked for."""

    answers: dict[str, Answer | Refused]
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def client(self, service: str, **given: Any) -> Any:
        """boto3.client, for a person whose requests go nowhere."""
        wanted = {"region_name": "eu-central-1", **given, "aws_access_key_id": "a", "aws_secret_access_key": "b"}
        made = real_client(service, **wanted)
        made.meta.events.register_first("before-parameter-build", self._remember)
        made.meta.events.register("before-call", self._answer)
        return made

    def _remember(self, params: Mapping[str, Any], model: OperationModel, **_: Any) -> None:
        self.asked.append((model.name, dict(params)))

    def _answer(self, model: OperationModel, params: Mapping[str, Any], **_: Any) -> tuple[Http, Mapping[str, Any]]:
        answer = self.answers[model.name]
        if isinstance(answer, Refused):
            return Http(answer.status), answer.said
        said = dict(answer(self.asked[-1][1]) if callable(answer) else answer)
        if model.output_shape is not None:
            looked_at = {name: each for name, each in said.items() if name not in streamed}
            report = ParamValidator().validate(looked_at, model.output_shape).generate_report()
            # An answer is given as far as it is looked at: what it has must be as the model says.
            assert not [line for line in report.splitlines() if not line.startswith("Missing required")], report
        return Http(200), {"ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": {}}, **said}

    def names(self) -> list[str]:
        return [name for name, _ in self.asked]


streamed = ("FunctionCode", "Body")


def answering(monkeypatch: pytest.MonkeyPatch, answers: dict[str, Answer | Refused]) -> Aws:
    """AWS, from now on and for this test."""
    aws = Aws(answers)
    monkeypatch.setattr(boto3, "client", aws.client)
    return aws
