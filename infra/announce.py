"""What a person should read at preview: how open the stack is, how many variants it can have, what to merge."""

from __future__ import annotations

import pulumi

from infra import generators
from infra.bound import bound
from infra.bucket_policies import merged_policy
from infra.configuration.config import ConfigError
from infra.configuration.settings import StackConfig
from infra.freshness import freshness
from infra.names import Names
from infra.shipped import viewer_config
from infra.viewer import composed, composing
from infra.viewer.composing import ViewerFunction
from infra.viewer.dialects import dialect

# A maker lives for 30 s, and what S3 sends is 25 s on its way at the most (docs/decisions/freshness.md).
shortest_second_sweep_s = 60


def compose(stack: StackConfig) -> ViewerFunction:
    """The viewer function of a stack; its bytes are said.

    Raises ConfigError where the settings need more of them than CloudFront takes.
    """
    try:
        dialects(stack)
        function = composed.compose(viewer_config(stack))
    except ValueError as error:
        raise ConfigError(str(error)) from error
    parts = ", ".join(f"{name} {size:,}" for name, size in function.ledger.items())
    pulumi.log.info(
        f"Viewer function: {len(function.code.encode()):,} of {composing.max_code_bytes:,} bytes, made of {parts}."
    )
    return function


def dialects(stack: StackConfig) -> None:
    """Says which words of the stack's dialects it does not open: each would be a 400."""
    for name in stack.dialect:
        missing = [word for word in dialect(name).opens.split() if word not in stack.open_options]
        if missing:
            pulumi.log.warn(
                f"The dialect {name} says {', '.join(missing)}, which openOptions does not open: such URLs are "
                "answered 400 (docs/dialects.md)."
            )


def variants_bound(stack: StackConfig) -> int | str:
    """The greatest number of variants of one original that viewers can create; its table is said.

    Raises ConfigError where it is too great, and nobody accepted that.
    """
    without = bound.bound(viewer_config(stack))
    found = generators.counted(without, stack.generators)
    pulumi.log.info(f"Variants that viewers can create of one original:\n{bound.printed(found)}")
    remedy = bound.fewer if without.total > bound.most_variants else generators.closing(stack.generators)
    refusal = bound.refusal(found, accept_unbounded=stack.accept_unbounded, remedy=remedy)
    if refusal:
        raise ConfigError(refusal)
    return found.total if found.total < bound.most_said else bound.said(found.total)


def open_things(stack: StackConfig) -> tuple[str, ...]:
    """What a stack for the public would not have, each with the setting that says so."""
    return tuple(
        sentence
        for is_open, sentence in (
            (stack.is_every_key_open, "viewers may ask for every size and every option (sizes, openOptions)"),
            (stack.accept_unbounded, "the number of variants is not bounded (acceptUnbounded)"),
            (stack.debug, "answers show how a URL was understood (debug)"),
            (stack.playground, "the page at / lists the originals (playground)"),
            (bool(generators.openness(stack.generators)), generators.openness(stack.generators)),
            (
                stack.second_sweep_seconds < shortest_second_sweep_s,
                "a picture that takes long while its original changes may stay old (secondSweepSeconds)",
            ),
            (
                stack.force_destroy and not stack.protect,
                "pulumi destroy deletes the originals bucket with all that is in it (protect, forceDestroy)",
            ),
        )
        if is_open
    )


def openness(stack: StackConfig) -> None:
    """Says what a stack for the public would not have."""
    if found := open_things(stack):
        pulumi.log.warn(f"A stack for development: {'; '.join(found)}.")


def left_by_destroy(stack: StackConfig, names: Names) -> str:
    """What `pulumi destroy` cannot remove, and who does; destroy itself prints it among the outputs that go."""
    if stack.is_regional:
        return "nothing"
    return (
        f"the function {names.of('edge')} in us-east-1, whose replicas CloudFront keeps for hours: the next day, "
        f"python -m mirage sweep --name {names.project}-{names.stack}"
    )


def merge(bucket: str, *, distribution_arn: pulumi.Output[str], function_arn: pulumi.Output[str]) -> None:
    """Exports and says what the owner of an adopted bucket merges into its policy and its notifications.

    Both documents are whole: managing one would wipe what others put there (aws-cdk issue 29653).
    """
    pulumi.log.info(
        f"{bucket} is adopted: its policy, notifications, versioning and encryption stay its own. After the deploy, "
        "merge the outputs mergeBucketPolicy and mergeBucketNotification into them (docs/deploy.md)."
    )
    pulumi.export("mergeBucketPolicy", distribution_arn.apply(lambda arn: merged_policy(bucket, arn)))
    pulumi.export("mergeBucketNotification", function_arn.apply(freshness.notification))
