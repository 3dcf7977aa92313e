"""What generators mean for a stack: whose paths are theirs, what AWS must allow, what anybody can make them cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import prod

from infra import statements
from infra.bound.bound import Bound, Row
from infra.configuration.declarations import Registered
from infra.configuration.settings import StackConfig
from infra.statements import Statement
from variants.parameters import Parameter
from variants.settings import Limits

# One text of each type, for the page.
example_texts = {"slug": "ada", "hex": "c0ffee", "text": "a lighthouse", "path": "lighthouse.jpg"}


def rules(generators: Iterable[Registered]) -> tuple[tuple[str, str], ...]:
    """Prefix (without its leading slash) and access mode of each generator's routes, for the viewer function."""
    return tuple((each.generator.route.prefix, each.generator.access) for each in generators)


def folders(generators: Iterable[Registered]) -> dict[str, str]:
    """The folder of each generator's originals, by its name, for the command line."""
    return {each.generator.name: each.generator.route.prefix for each in generators}


def slow(generators: Iterable[Registered]) -> tuple[Registered, ...]:
    """The generators that need longer than the edge has: a regional function makes what they make."""
    return tuple(each for each in generators if each.generator.timeout_s > Limits().generator_timeout_s)


def quick(generators: Iterable[Registered]) -> tuple[Registered, ...]:
    """The generators that the edge calls itself."""
    listed = tuple(generators)
    return tuple(each for each in listed if each not in slow(listed))


def holds_leases(generators: Sequence[Registered], variants: str) -> tuple[Statement, ...]:
    """A role's leave to hold leases, and to count calls, where there are generators."""
    kept = f"{statements.bucket_arn(variants)}/lease/*"
    return (statements.allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], [kept]),) if generators else ()


def calls(generators: Sequence[Registered], originals: str, region: str, account: str) -> tuple[Statement, ...]:
    """What a role needs that calls these generators: put originals below the routes' prefixes, read the secrets."""
    bucket = statements.bucket_arn(originals)
    puts = [f"{bucket}/{prefix}*" for prefix, _ in rules(generators)]
    secrets = [place for each in generators for place in each.generator.secrets.values()]
    return (
        *([statements.allow(["s3:PutObject"], puts)] if puts else []),
        *reads_places(secrets, region, account),
    )


def reads_places(listed: Iterable[str], region: str, account: str) -> tuple[Statement, ...]:
    """A role's leave to read the secrets that are kept there (`ssm:<name>`, `secretsmanager:<name>`).

    A SecureString under the account's own key (aws/ssm, aws/secretsmanager) needs no right of KMS: that key's policy
    lets everybody use it who may read through the service. Whoever uses another key adds kms:Decrypt to its policy.
    (Secrets Manager "Secret encryption and decryption", SSM "AWS KMS encryption for Parameter Store", read 2026-11.)
    """
    places = sorted(set(listed))
    named = {kind: [place.removeprefix(f"{kind}:") for place in places if place.startswith(f"{kind}:")]
             for kind in ("ssm", "secretsmanager")}  # fmt: skip
    found = []
    if named["ssm"]:
        # The ARN of a parameter has one slash before its name, whether the name begins with one or not.
        resources = [f"arn:aws:ssm:{region}:{account}:parameter/{name.removeprefix('/')}" for name in named["ssm"]]
        found.append(statements.allow(["ssm:GetParameters"], resources))
    if named["secretsmanager"]:
        # A secret's ARN ends in a hyphen and six characters that nobody knows before.
        resources = [
            f"arn:aws:secretsmanager:{region}:{account}:secret:{name}-??????" for name in named["secretsmanager"]
        ]
        found.append(statements.allow(["secretsmanager:GetSecretValue"], resources))
    return tuple(found)


def counted(found: Bound, generators: Iterable[Registered]) -> Bound:
    """The bound with what open generators add: each value is an original, with all its variants."""
    rows, total = list(found.rows), found.total
    for each in generators:
        if each.generator.access in ("open", "presets"):
            values = prod(parameter.count() for parameter in each.generator.route.parameters)
            why = f"values of the open generator {each.generator.name}, each an original with as many variants"
            rows.append(Row(factor=f"+ {each.generator.name}", count=values, why=why))
            total += values * found.total
    return found if total == found.total else Bound(rows=tuple(rows), total=total)


def openness(generators: Iterable[Registered]) -> str:
    """The sentence that says which generators anybody can make work, at the stack's cost; empty where none."""
    opened = _opened(generators)
    if not opened:
        return ""
    return f"anybody can make these generators work, at your cost within their budgets: {opened} (generators)"


def closing(generators: Iterable[Registered]) -> str:
    """What makes the bound small again where open generators alone pass it."""
    return f"say access: signed, or bounds of parameters, for {_opened(generators)}, of which anybody asks any value"


def _opened(generators: Iterable[Registered]) -> str:
    return ", ".join(each.generator.name for each in generators if each.generator.access in ("open", "presets"))


def examples(generators: Iterable[Registered]) -> tuple[tuple[str, str], ...]:
    """Name and a path of each open generator, for the page: one value of each parameter's type."""
    return tuple(
        (
            each.generator.name,
            "".join(part if isinstance(part, str) else _example(part) for part in each.generator.route.parts),
        )
        for each in generators
        if each.generator.access == "open"
    )


def _example(parameter: Parameter) -> str:
    if parameter.values:
        return parameter.values[0]
    return str(parameter.minimum) if parameter.kind == "integer" else example_texts[parameter.kind]


def named_once(config: StackConfig, region: str) -> str:
    names = [each.generator.name for each in config.generators or ()]
    twice = ", ".join(sorted({name for name in names if names.count(name) > 1}))
    return f"Expected each name once for generators, received {twice} again." if twice else ""


def folders_apart(config: StackConfig, region: str) -> str:
    """Each generator's folder is its own: the access mode of a path is never in doubt, nor is its generator."""
    prefixes = [prefix for prefix, _ in rules(config.generators or ())]
    taken = [rule.prefix.removeprefix("/") for rule in config.access or ()]
    for at, prefix in enumerate(prefixes):
        others = prefixes[:at] + prefixes[at + 1 :]
        if any(prefix.startswith(other) for other in others) or any(rule.startswith(prefix) for rule in taken):
            return f"Expected a folder of its own for each of generators, received /{prefix} beside or under another."
    return ""


def pictures_only(config: StackConfig, region: str) -> str:
    """What a route ends in is an extension that a decoder reads, or none: else its paths would be files."""
    if config.decoders is None or config.files is None:
        return ""
    for each in config.generators or ():
        last = each.generator.route.parts[-1]
        extension = last.rpartition(".")[2].lower() if isinstance(last, str) and "." in last else ""
        if extension and extension not in config.image_extensions:
            name = each.generator.name
            return f"Expected an extension that decoders read for generators, received .{extension} of {name}."
    return ""


checks: tuple[Callable[[StackConfig, str], str], ...] = (
    named_once,
    folders_apart,
    pictures_only,
)
