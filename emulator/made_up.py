"""What AWS makes up, made up from names: the same for the same program."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import TypeAlias

account = "123456789012"
Properties: TypeAlias = "Mapping[str, object]"


def digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length].upper()


def uuid_of(text: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, text))
