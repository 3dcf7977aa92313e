"""A stack's file as the engine hands it on: defaults, the file, what is laid over it, and secrets."""

from __future__ import annotations

import pytest

from emulator.stack_file import StackFileError, texts

project = """
name: mirage
runtime: python
config:
  sizes: {type: string, default: ladder}
  memory: {type: integer, default: 1769}
  debug: {type: boolean, default: false}
  cors: {type: array, items: {type: string}, default: []}
"""


def written(folder, stack: str):
    (folder / "Pulumi.yaml").write_text(project)
    (folder / "Pulumi.dev.yaml").write_text(stack)
    return folder


def test_the_stack_file_goes_before_the_defaults(tmp_path):
    folder = written(tmp_path, "config:\n  aws:region: eu-west-1\n  mirage:debug: true\n  mirage:cors: ['*']\n")
    assert texts(folder, "dev", {"memory": "2048"}) == {
        "aws:region": "eu-west-1",
        "mirage:sizes": "ladder",
        "mirage:memory": "2048",
        "mirage:debug": "true",
        "mirage:cors": '["*"]',
    }


def test_a_secret_is_read_from_the_environment(tmp_path, monkeypatch):
    folder = written(tmp_path, "config:\n  aws:region: eu-west-1\n  mirage:sizes: {secure: v1:abc}\n")
    monkeypatch.setenv("MIRAGE_CONFIG_sizes", "exact")
    assert texts(folder, "dev", {})["mirage:sizes"] == "exact"


def test_a_secret_without_its_plain_value_is_named(tmp_path):
    folder = written(tmp_path, "config:\n  aws:region: eu-west-1\n  mirage:sizes: {secure: v1:abc}\n")
    with pytest.raises(StackFileError, match=r"^Expected the plain value of the secret mirage:sizes in MIRAGE_CONFIG_"):
        texts(folder, "dev", {})


def test_a_secret_in_a_list_is_read_from_the_environment(tmp_path, monkeypatch):
    # `pulumi config set --secret --path 'cors[0]'` encrypts the one line, beside others that stay plain
    folder = written(tmp_path, "config:\n  aws:region: eu-west-1\n  mirage:cors: [plain, {secure: v1:abc}]\n")
    with pytest.raises(
        StackFileError, match=r"^Expected the plain value of the secret mirage:cors in MIRAGE_CONFIG_cors"
    ):
        texts(folder, "dev", {})
    monkeypatch.setenv("MIRAGE_CONFIG_cors", '["plain", "told"]')
    assert texts(folder, "dev", {})["mirage:cors"] == '["plain", "told"]'


@pytest.mark.parametrize("text", [b"config: [", b"[1, 2]", b"config: 5", b"config: [1]", b"\xff\xfe", b"a: b: c", b"x"])
def test_a_file_that_is_no_stack_file_is_named(tmp_path, text):
    folder = written(tmp_path, "")
    (folder / "Pulumi.dev.yaml").write_bytes(text)
    with pytest.raises(
        StackFileError, match=r"^Expected YAML with names and values in Pulumi\.dev\.yaml, received .+\.$"
    ):
        texts(folder, "dev", {})


def test_a_missing_stack_is_named(tmp_path):
    with pytest.raises(StackFileError, match=r"^Expected a file Pulumi.prod.yaml for the stack prod, found none.$"):
        texts(written(tmp_path, "config: {}"), "prod", {})


def test_a_missing_region_is_named(tmp_path):
    with pytest.raises(StackFileError, match=r"^Expected aws:region in Pulumi.dev.yaml, found none.$"):
        texts(written(tmp_path, "config: {}"), "dev", {})
