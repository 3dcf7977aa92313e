"""What AWS takes of a declaration and what it refuses: the cases of tests/vectors/aws/declarations.json.

`taken` and `refused` say by path what a resource says instead; values are spelled in full by tests/spelled.py. The
stack is dev's with a firewall and a key.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emulator.program import Declared
from tests.chain_world import sentence, with_inputs
from tests.declared import stack
from tests.spelled import at, spelled
from tests.test_stack_preview import trusted_key

pytestmark = pytest.mark.emulator
cases = json.loads((Path(__file__).parent / "vectors" / "aws" / "declarations.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def declared() -> Declared:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIRAGE_BUNDLE", "local")
        return stack(waf="true", access='["cloudfront /members/"]', trustedKeys=json.dumps([trusted_key]))


@pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])
def test_aws_refuses_a_declaration(declared: Declared, tmp_path: Path, case: dict) -> None:
    assert case["says"] in sentence(with_said(declared, case, "refused"), tmp_path)


def test_aws_takes_all_that_is_at_its_limit(declared: Declared, tmp_path: Path) -> None:
    for case in cases:
        declared = with_said(declared, case, "taken")
    assert sentence(declared, tmp_path) == ""


def with_said(declared: Declared, case: dict, word: str) -> Declared:
    kind, name = case["declares"].split(" ")

    def change(inputs: dict) -> None:
        for path, said in case.get(word, {}).items():
            *way, last = path.split(".")
            place = at(inputs, way)
            place[last] = spelled(said, inputs, place.get(last))

    return with_inputs(declared, kind, name, change)
