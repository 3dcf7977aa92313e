"""A stack with generators: what it declares, allows and says; and no secret anywhere in it."""

from __future__ import annotations

import json
from pathlib import Path

import pulumi
import pytest
import yaml

from emulator.made_up import account
from emulator.program import declare
from infra import generators
from infra.bound.bound import Bound
from infra.configuration import declarations
from infra.configuration.config import ConfigError
from origin.made_here import Told, is_own
from tests.declared import custom, policy, stack
from tests.provider_rules import rules
from variants import declared

root = Path(__file__).parent.parent
shipped = yaml.safe_load((root / "Pulumi.dev.yaml").read_text(encoding="utf-8"))["config"]["mirage:generators"]
originals = "arn:aws:s3:::mirage-dev-originals-123456789012"
variants = "arn:aws:s3:::mirage-dev-variants-123456789012"
quick = "{name: quick, path: '/gen/quick/{n:integer}.png', request: {url: 'https://x.example/{n}'}, budget: {hour: 9}"


def with_generators(*texts: str, **settings: str) -> object:
    return stack(generators=json.dumps(texts), **settings)


def granted(document: dict) -> set[tuple[str, str]]:
    return {
        (action, resource)
        for each in document["Statement"]
        for action in each["Action"]
        for resource in each["Resource"]
    }


def test_the_roles_may_do_what_generators_name_and_no_more() -> None:
    generator = quick + ", secrets: {a: 'ssm:/team/key', b: 'secretsmanager:other'}}"
    listed = json.dumps([generator])
    found = granted(policy("aws:iam/rolePolicy:RolePolicy", "edge", generators=listed))
    plain = granted(policy("aws:iam/rolePolicy:RolePolicy", "edge"))
    assert found - plain == {
        ("s3:PutObject", f"{originals}/gen/quick/*"),
        ("s3:GetObject", f"{variants}/lease/*"),
        ("s3:PutObject", f"{variants}/lease/*"),
        ("s3:DeleteObject", f"{variants}/lease/*"),
        ("ssm:GetParameters", f"arn:aws:ssm:eu-central-1:{account}:parameter/team/key"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:eu-central-1:{account}:secret:other-??????"),
    }


def test_who_does_not_call_a_generator_may_neither_put_for_it_nor_read_its_secrets() -> None:
    slow = quick.replace("quick", "slow") + ", timeout: 21, secrets: {a: 'ssm:/slow/key'}}"
    listed = json.dumps([quick + ", secrets: {a: 'ssm:/quick/key'}}", slow])
    found = {role: granted(policy("aws:iam/rolePolicy:RolePolicy", role, generators=listed)) for role in both}
    assert {role: "/".join(sorted(of_a_generator(found[role]))) for role in both} == {
        "edge": "quick",
        "on-demand": "slow",
    }


def test_more_generators_than_a_roles_policy_has_room_for_stop_the_preview() -> None:
    secret = "ssm:/a-team/" + "with-a-long-name-for-its-key-" * 5
    named = [f"{quick.replace('quick', f'g{at}')}, secrets: {{a: '{secret}{at}'}}}}" for at in range(40)]
    with pytest.raises(pulumi.RunError, match="Expected at most 10,240 characters for a role's policy, received 1"):
        declare("dev", config={"generators": json.dumps(named)}, preview=True)


both = ("edge", "on-demand")


def of_a_generator(rights: set[tuple[str, str]]) -> set[str]:
    """The generators for which something may be put, or whose secrets may be read."""
    return {
        name
        for name in ("quick", "slow")
        for action, resource in rights
        if action in ("s3:PutObject", "ssm:GetParameters") and f"/{name}/" in resource
    }


def test_a_quick_generator_needs_no_regional_function_and_a_slow_one_does() -> None:
    def names(text: str) -> set[tuple[str, str]]:
        found = stack(generators=json.dumps([text]))
        return {(each.type, each.name) for each in custom(found)} - {(each.type, each.name) for each in custom(stack())}

    closed = {("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "private-headers")}
    closed.add(("aws:cloudwatch/metricAlarm:MetricAlarm", "alarm-budget-eu-central-1"))
    assert names(quick + "}") == closed
    assert names(quick + ", timeout: 21}") == closed | {
        ("aws:cloudwatch/logGroup:LogGroup", "on-demand-logs-eu-central-1"),
        ("aws:iam/role:Role", "on-demand"),
        ("aws:iam/rolePolicy:RolePolicy", "on-demand"),
        ("aws:lambda/function:Function", "on-demand"),
        ("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "on-demand"),
        ("aws:sqs/queue:Queue", "on-demand-failures"),
    }


def test_every_type_that_generators_bring_has_rules() -> None:
    found = stack(generators=json.dumps([quick + ", timeout: 21}"]))
    brought = {each.type for each in custom(found)} - {each.type for each in custom(stack())}
    assert brought - set(rules) == set()


mistakes = {
    "no YAML": (["{name: "], "Expected YAML in each of its items for generators"),
    "a name twice": ([quick + "}", (quick + "}").replace("/quick/", "/other/")], "received quick again"),
    "one folder for two": ([quick + "}", (quick + "}").replace("name: quick", "name: other")], "a folder of its own"),
    "an extension of files": ([(quick + "}").replace("}.png", "}.pdf")], "received .pdf of quick"),
}


@pytest.mark.parametrize("case", mistakes)
def test_a_mistake_stops_the_preview_with_a_sentence(case: str) -> None:
    texts, sentence = mistakes[case]
    with pytest.raises(ConfigError) as said:
        declare("dev", config={"generators": json.dumps(texts)}, preview=True)
    assert sentence in str(said.value)


def test_an_access_rule_does_not_reach_into_a_generators_folder() -> None:
    with pytest.raises(ConfigError, match="a folder of its own"):
        declare(
            "dev", config={"generators": json.dumps([quick + "}"]), "access": '["presets /gen/quick/"]'}, preview=True
        )


def test_an_open_generator_is_said_out_loud_and_a_signed_one_is_not() -> None:
    def said(mode: str) -> str:
        return "\n".join(stack(generators=json.dumps([f"{quick}, access: {mode}}}"])).messages)

    assert "anybody can make these generators work, at your cost within their budgets: quick" in said("open")
    assert "anybody can make these generators work" not in said("signed")


def test_an_open_generators_values_are_in_the_bound() -> None:
    open_one = quick + ", access: open, parameters: {n: {minimum: 1, maximum: 10}}}"
    registered = (declarations.read(open_one), declarations.read(quick.replace("quick", "closed") + "}"))
    assert generators.counted(Bound(rows=(), total=100), registered).total == 100 + 10 * 100
    assert generators.rules(registered) == (("gen/quick/", "open"), ("gen/closed/", "signed"))


def test_a_stack_for_the_public_refuses_an_open_generator_of_many_values() -> None:
    public = {"sizes": "ladder", "openOptions": '["w", "f"]', "acceptUnbounded": "false"}
    with pytest.raises(ConfigError, match="at most 25,000 variants"):
        declare("dev", config={**public, "generators": json.dumps([quick + ", access: open}"])}, preview=True)


@pytest.mark.parametrize("text", shipped, ids=lambda text: yaml.safe_load(text)["name"])
def test_the_shipped_examples_are_read_and_carry_names_of_secrets_only(text: str) -> None:
    generator = declarations.read(text).generator
    assert all(place.startswith(("ssm:", "secretsmanager:")) for place in generator.secrets.values())
    assert declared.read(json.loads(declarations.read(text).declaration)) == generator


avatar = declarations.read(quick + "}").generator
metadata = {"mirage-generator": "quick", "mirage-parameters": avatar.digest({"n": 5})}
put = {"event_name": "ObjectCreated:Put", "event_etag": "abc", "etag": '"abc"', "metadata": metadata}


@pytest.mark.parametrize(
    ("original", "changes", "own"),
    [
        ("gen/quick/5.png", {}, True),
        ("gen/quick/6.png", {}, False),
        ("gen/quick/x.png", {}, False),
        ("cats/5.png", {}, False),
        ("gen/quick/5.png", {"event_name": "ObjectCreated:Copy"}, False),
        ("gen/quick/5.png", {"event_name": "ObjectRemoved:DeleteMarkerCreated"}, False),
        ("gen/quick/5.png", {"etag": '"newer"'}, False),
        ("gen/quick/5.png", {"metadata": {}}, False),
    ],
)
def test_an_event_is_of_our_own_work_or_of_somebody_elses(original: str, changes: dict[str, object], own: bool) -> None:
    assert is_own(original, Told(**{**put, **changes}), (avatar,)) is own  # type: ignore[arg-type]


def test_the_page_gets_a_path_of_each_open_generator() -> None:
    shut = "{name: shut, path: '/gen/shut/{n:slug}.png', request: {url: 'https://x.example/{n}'}, budget: {hour: 9}}"
    typed = (
        "{name: typed, path: '/gen/typed/{n:integer}-{c:hex}.png', access: open, parameters: {n: {minimum: 3}}, "
        "request: {url: 'https://x.example/{n}/{c}'}, budget: {hour: 9}}"
    )
    found = stack(generators=json.dumps([shut, typed]), playground="true", acceptUnbounded="true")
    (told,) = [each for each in custom(found) if each.name.endswith("stack.json")]
    assert json.loads(told.inputs["content"])["generators"] == [["typed", "gen/typed/3-c0ffee.png"]]
