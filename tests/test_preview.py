"""`make preview`: what it prints of a stack without credentials, and what it says of a stack that cannot be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from emulator.program import Declared, declare
from infra.configuration.config import ConfigError
from preview import abuse, money, permissions, resources
from preview.__main__ import look, main, report
from preview.stack import Previewed, unsaid
from tests.declared import custom
from tests.provider_rules import rule_faults

root = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def dev() -> Previewed:
    return look("dev")


@pytest.fixture(scope="module")
def public() -> Previewed:
    """What the defaults say, and a signed path with a key."""
    settings = {
        "sizes": "ladder",
        "openOptions": '["w", "h", "fit", "f", "dpr", "p", "v"]',
        "acceptUnbounded": "false",
        "debug": "false",
        "playground": "false",
        "forceDestroy": "false",
        "secondSweepSeconds": "60",
        "generators": "[]",
        "presets": "[]",
        "access": '["signed /team/"]',
        "accessKeys": '["k1 an-example-secret-of-32-bytes-ok!"]',
        "protect": "true",
        "traffic": "requests=50000000 hits=95",
        "waf": "true",
    }
    return look("dev", config=settings)


def test_the_report_has_every_part(dev):
    titles = [line for line in report(dev).splitlines() if line.startswith("## ")]
    assert titles == [
        "## Resources",
        "## What could be abused",
        "## Who may do what",
        "## A month, in US dollars",
        "## What destroy leaves",
    ]


def test_resources_are_told_by_component_and_counted(dev):
    said = list(resources.lines(dev.before))
    assert any(line.startswith("distribution ") and "Distribution cdn" in line for line in said)
    assert any(line.startswith("edge ") and "Function edge in us-east-1" in line for line in said)
    count = sum(each.type.startswith("aws:") and not each.is_external for each in dev.before.resources)
    assert said[-1] == f"{count} resources; protected: none."


def test_what_is_protected_is_named(public):
    assert list(resources.lines(public.before))[-1].endswith("protected: originals.")


def test_what_is_open_and_unbounded_in_the_dev_stack_is_said(dev):
    said = "\n".join(abuse.lines(dev))
    assert "viewers may ask for every size and every option (sizes, openOptions)" in said
    assert "no sum can be said of that" in said
    assert "generator picture: anybody, at most 20 calls an hour, 100 a day" in said


def test_what_a_stack_for_the_public_leaves_open_is_counted_and_priced(public):
    said = list(abuse.lines(public))
    assert said[0] == "- Nothing is open that a stack for the public would close."
    # 1,355 boxes x 8 formats x 2 v, and 2 of json; x (0.4 s x 1769/1024 GB x 0.00005001 + 0.60/1e6 + 0.0054/1000)
    assert said[1] == (
        "- variants of one original without a signature: at most 21,682; who asks for all of them makes you pay about "
        "0.88 USD an original, 8,794 USD for all 10,000 (traffic), with no bound by the hour (rendersPerHour)"
    )
    assert said[-1] == "- closed paths: /team/ signed; every other path is open"


def test_what_a_closed_path_and_an_open_secret_lack_is_said(tmp_path):
    found = look("own", project_dir=own_stack(tmp_path, closed_stack))
    said = list(abuse.lines(found))
    assert "300 renders an hour at the most (rendersPerHour)" in said[1]
    assert said[-4:] == [
        "- closed paths: /team/ signed, /home/ basic, /app/ jwt, /gen/avatar/ signed; every other path is open",
        "- nobody passes basic until accessUsers has a line",
        "- nobody passes jwt until tokenKeys has a line",
        "- accessKeys can be read in Pulumi.own.yaml: pulumi config set --secret --path 'accessKeys[0]' encrypts it",
    ]


def test_permissions_are_told_in_words_by_role(dev):
    said = list(permissions.lines(dev.after))
    at = said.index("mirage-dev-edge, as whom lambda.amazonaws.com, edgelambda.amazonaws.com act:")
    block = said[at + 1 :]
    assert "    read: mirage-dev-originals-123456789012/*" in block
    assert "    read, write, delete: mirage-dev-variants-123456789012/v/*" in block
    assert "    read secret: ssm parameter/mirage/openai-key (eu-central-1)" in block


def test_who_is_let_into_a_bucket_is_told_with_its_condition(dev):
    said = list(permissions.lines(dev.after))
    assert any(
        line.startswith("    cloudfront.amazonaws.com: read mirage-dev-variants-123456789012/v/*")
        and "where AWS:SourceArn is cloudfront distribution/E" in line
        for line in said
    )
    assert any(line.startswith("    never: anybody: s3:* ") and "SecureTransport is false" in line for line in said)
    assert "mirage-dev-original-changed is called by s3.amazonaws.com for mirage-dev-originals-123456789012" in said


def test_every_role_of_the_stack_is_told(dev):
    said = "\n".join(permissions.lines(dev.after))
    for role in dev.after.of("aws:iam/role:Role"):
        assert f"{role.inputs['name']}, as whom" in said


def test_a_month_is_told_by_service_with_the_other_ways(public):
    said = list(money.lines(public))
    # 50e6 x 60,000 bytes = 2,793.97 GB, less 1,024 = 1,769.97 x 0.085
    assert "CloudFront transfer" + f"{'150.45':>15}" in said
    # 5 + 3 rules + 50 x 0.60
    assert "WAF" + f"{'38.00':>31}" in said
    assert [line.split(":")[0] for line in said if line.startswith("- ")] == [
        "- without the free tiers",
        "- edge mode, Origin Shield",
        "- edge mode",
        "- regional mode, Origin Shield",
        "- regional mode",
    ]


def test_a_region_without_prices_is_a_sentence(public):
    there = Previewed(
        name="dev",
        region="eu-south-1",
        settings=public.settings,
        before=public.before,
        after=public.after,
        without=(),
        in_plain=(),
    )
    assert list(money.lines(there)) == ["Expected a Region with prices (eu-central-1, us-east-1), received eu-south-1."]
    assert "no prices are known for eu-south-1" in "\n".join(abuse.lines(there))


def test_the_program_itself_says_the_cost_at_every_preview(public):
    said = [message for message in public.before.messages if "USD a month" in message]
    assert len(said) == 1
    assert said[0].startswith("About ")
    assert "for 50,000,000 requests of 10,000 originals in eu-central-1" in said[0]


def test_the_example_for_the_public_previews_without_credentials(capsys, monkeypatch):
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "PULUMI_ACCESS_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    assert main(["prod"]) == 0
    said = capsys.readouterr().out
    assert "- Nothing is open that a stack for the public would close." in said
    assert "- closed paths: /internal/ signed; every other path is open" in said
    assert "protected: originals." in said
    assert "About " in said and "for 20,000,000 requests of 50,000 originals" in said


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["nowhere"], 1, "Expected a file Pulumi.nowhere.yaml for the stack nowhere, found none.\n"),
        ([], 2, "Expected the name of one stack: make preview STACK=dev\n"),
        (["dev", "prod"], 2, "Expected the name of one stack: make preview STACK=dev\n"),
    ],
)
def test_a_wrong_call_is_a_sentence(arguments, status, said, capsys):
    assert main(arguments) == status
    assert capsys.readouterr().err == said


def own_stack(folder: Path, written: str) -> Path:
    """A folder with the program, its project, and one stack of its own."""
    for name in ("__main__.py", "Pulumi.yaml"):
        (folder / name).symlink_to(root / name)
    (folder / "Pulumi.own.yaml").write_text(written, encoding="utf-8")
    return folder


secret_stack = """
config:
  aws:region: eu-south-1
  mirage:accessKeys: {secure: v1:abc:def}
  mirage:access: ["signed /team/"]
"""


closed_stack = """
config:
  aws:region: eu-central-1
  mirage:accessKeys: ["k1 an-example-secret-of-32-bytes-ok!"]
  mirage:access: ["signed /team/", "basic /home/", "jwt /app/"]
  mirage:rendersPerHour: 300
  mirage:generators:
    - |
      name: avatar
      path: /gen/avatar/{seed:slug}.png
      request: {url: "https://api.example.com/{seed}"}
      budget: {hour: 10}
"""


def test_a_secret_that_nobody_can_read_has_a_stand_in_and_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("MIRAGE_CONFIG_accessKeys", "")
    monkeypatch.delenv("MIRAGE_CONFIG_accessKeys")
    found = look("own", project_dir=own_stack(tmp_path, secret_stack))
    assert "Stands in for the secret accessKeys, which only its owner can read." in report(found)
    said = "No monthly cost can be said: Expected a Region with prices (eu-central-1, us-east-1), received eu-south-1."
    assert said in found.before.messages


@pytest.mark.parametrize("value", ["{secure: v1:abc:def}", "[{secure: v1:abc:def}]", "[plain, {secure: v1:abc}]"])
def test_a_secret_given_in_the_environment_has_no_stand_in(tmp_path, value):
    folder = own_stack(tmp_path, secret_stack.replace("{secure: v1:abc:def}", value))
    assert unsaid(folder, "own", {}) == ("accessKeys",)
    assert unsaid(folder, "own", {"MIRAGE_CONFIG_accessKeys": "[]"}) == ()


def test_an_open_generator_that_passes_the_bound_alone_is_named(tmp_path):
    stack = closed_stack.replace("request:", "access: open\n      request:")
    with pytest.raises(ConfigError, match=r"say access: signed, .* for avatar, .* or say acceptUnbounded: true\."):
        look("own", project_dir=own_stack(tmp_path, stack))


def test_a_mistake_in_the_stacks_file_is_a_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(
        "preview.__main__.root", own_stack(tmp_path, "config: {aws:region: eu-west-1, mirage:traffic: requests=-1}\n")
    )
    monkeypatch.setattr("preview.__main__.look", lambda name: look(name, project_dir=tmp_path))
    assert main(["own"]) == 1
    assert capsys.readouterr().err.endswith("for traffic, received 'requests=-1'.\n")


def test_what_destroy_cannot_remove_is_named_with_who_does(dev):
    said = report(dev).split("## What destroy leaves\n\n")[1]
    assert said.startswith("the function mirage-dev-edge in us-east-1, whose replicas CloudFront keeps for hours: ")
    assert said.endswith("python -m mirage sweep --name mirage-dev")


long_name = "the-new-design-of-our-product-photograph"
plain_stack = "config:\n  aws:region: eu-central-1\n"


def names_of(found: Declared) -> set[str]:
    """What the stack's things are called in the account: by which two stacks would meet."""
    return {
        str(each.inputs[key])
        for each in custom(found)
        for key in ("name", "bucket", "dashboardName")
        if key in each.inputs
    }


def test_two_stacks_with_names_of_40_characters_share_nothing_and_have_names_that_aws_takes(tmp_path):
    assert len(long_name) == 40
    own_stack(tmp_path, plain_stack)
    found = []
    for name in (long_name, f"{long_name[:-1]}y"):
        (tmp_path / f"Pulumi.{name}.yaml").write_text(plain_stack, encoding="utf-8")
        found.append(declare(name, project_dir=tmp_path))
    one, other = map(names_of, found)
    assert one & other == set()
    assert len(one) > 15
    buckets = [each.inputs["bucket"] for each in found[0].of("aws:s3/bucket:Bucket")]
    assert len(buckets) == 2
    assert all(3 <= len(each) <= 63 and re.fullmatch(r"[a-z0-9][a-z0-9-]+[a-z0-9]", each) for each in buckets)
    for kind in ("aws:lambda/function:Function", "aws:iam/role:Role"):
        assert all(len(str(each.inputs["name"])) <= 64 for each in found[0].of(kind))
    for each in custom(found[0]):
        assert list(rule_faults(each.type, each.inputs)) == []
