"""Tags on everything that takes them, by which the bill is told apart and a stack's things are found."""

from __future__ import annotations

import pulumi

# Tags of an object cost 0.01 USD per 10,000 a month ("Amazon S3 pricing", read 2026-11), and tell no bill apart.
untagged = ("aws:s3/bucketObjectv2:BucketObjectv2",)


def every_resource(*, project: str, stack: str) -> None:
    """Tags each resource that the program makes from here on; one that has tags of its own keeps those."""
    tags = {"mirage:project": project, "mirage:stack": stack}

    def tagged(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        # The SDK names `tags` among the properties of every type that takes them, given or not.
        if "tags" not in args.props or args.type_ in untagged:
            return None
        props = {**args.props, "tags": args.props["tags"] or tags}
        return pulumi.ResourceTransformationResult(props=props, opts=args.opts)

    pulumi.runtime.register_stack_transformation(tagged)
