"""A pass-through from nothing: the handler is imported, hands on one answer of S3's, and the process ends.

Arguments: the zip's folder; the event, marshalled, since reading JSON would import more than the interpreter has;
`alone`, or the folder of AWS's runtime client, which is then imported first. With an empty zip's folder it ends there.
"""

import marshal
import sys

root, event, runtime = sys.argv[1:4]
if runtime != "alone":
    sys.path.insert(0, runtime)
    import awslambdaric.bootstrap  # noqa: F401
if root:
    sys.path.insert(0, root)
    from edge.entrance import handler

    with open(event, "rb") as file:  # noqa: PTH123 - pathlib would cost what is measured
        answer = handler(marshal.load(file), None)
    assert answer["headers"]["x-mirage"][0]["value"] == "stored", answer
