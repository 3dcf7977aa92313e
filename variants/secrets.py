"""Secrets of generators, and private keys: read from SSM Parameter Store or Secrets Manager, once in a sandbox's life.

They are in no setting, no log line and no error: only in the headers of the calls and signatures that they are for.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence

from variants import errors
from variants.aws_json import Service
from variants.s3_answer import Deadline

# GetParameters takes up to 10 names (SSM API Reference, read 2026-11).
names_per_call = 10
# 40 reads a second for an account and Region, unless raised (SSM "Endpoints and quotas", read 2026-11): many sandboxes
# that start at once ask apart from each other.
tries = 3
first_pause_s = 0.1


class Secrets:
    """Reads secrets by where they are kept (`ssm:<name>`, `secretsmanager:<name>`), and keeps what it read.

    `usable` is what a secret is made into before it is kept; it raises errors.Internal for what is none.
    """

    def __init__(
        self,
        *,
        ssm: Service,
        manager: Service,
        sleep: Callable[[float], None] = time.sleep,
        usable: Callable[[object], str] | None = None,
    ) -> None:
        self._ssm = ssm
        self._manager = manager
        self._sleep = sleep
        self._usable = usable or _usable
        self._read: dict[str, str] = {}

    def read(self, kept: Mapping[str, str], deadline: Deadline) -> dict[str, str]:
        """The secrets by their names in the generator.

        Raises errors.Busy where the service is throttled, errors.Internal where a secret is missing or not readable.
        """
        missing = sorted(set(kept.values()) - set(self._read))
        parameters = [place.removeprefix("ssm:") for place in missing if place.startswith("ssm:")]
        for start in range(0, len(parameters), names_per_call):
            self._read |= self._parameters(parameters[start : start + names_per_call], deadline)
        for place in missing:
            if place.startswith("secretsmanager:"):
                self._read[place] = self._secret(place.removeprefix("secretsmanager:"), deadline)
        return {name: self._read[place] for name, place in kept.items()}

    def _parameters(self, names: Sequence[str], deadline: Deadline) -> dict[str, str]:
        asked = {"Names": list(names), "WithDecryption": True}
        found = self._ask(self._ssm, "AmazonSSM.GetParameters", asked, deadline)
        listed = found.get("Parameters")
        values = {each["Name"]: each["Value"] for each in listed} if isinstance(listed, list) else {}
        if set(values) != set(names):
            raise errors.Internal("A secret of this generator is missing.")
        return {f"ssm:{name}": self._usable(value) for name, value in values.items()}

    def _secret(self, name: str, deadline: Deadline) -> str:
        found = self._ask(self._manager, "secretsmanager.GetSecretValue", {"SecretId": name}, deadline)
        return self._usable(found.get("SecretString"))

    def _ask(self, service: Service, target: str, asked: object, deadline: Deadline) -> Mapping[str, object]:
        headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": target}
        for number in range(tries):
            said = service.post("/", headers, json.dumps(asked).encode(), deadline)
            if said.status == 200:
                found: Mapping[str, object] = json.loads(said.body)
                return found
            if said.status < 500 and b"Throttling" not in said.body:
                raise errors.Internal("A secret of this generator cannot be read.")
            self._sleep(random.uniform(0, first_pause_s * 4**number))
        raise errors.Busy("The secrets of this generator cannot be read now; ask again in a moment.")


def _usable(value: object) -> str:
    """A secret as a header can carry it: printable ASCII (RFC 9110, 5.5), blanks at its ends dropped."""
    text = value.strip() if isinstance(value, str) else ""
    if not text or not text.isascii() or not text.isprintable():
        raise errors.Internal("A secret of this generator is none that a header can carry.")
    return text
