"""Each style stops a command that is really running, by the operation its vendor documents."""

import pytest

from harness.styles import ALL, NATIVE, VENDORS
from harness.waiting import until
from harness.workflows import Beats

# Less than the grace of a polite command, so that it has not been killed.
GONE_S = 30.0


def begin(server, style, name, workflow_id):
    """A run of that style whose command beats."""
    client = server.client
    run = style.create(client, workflow_id(client, name))
    return run, server.beats.process(run.id)


def until_gone(process, seconds):
    until(lambda: process.is_gone, "the process group is gone", seconds)
    size = process.size
    assert process.is_gone and process.size == size


def check_stopped_everywhere(server, run):
    """Every style sees the stop at once, and its end soon."""
    client = server.client
    for style in ALL:
        assert style.state(client, run) in style.stopping | {style.cancelled}, style.name
    until(lambda: NATIVE.state(client, run) == "cancelled", "the run is cancelled")
    for style in ALL:
        assert style.state(client, run) == style.cancelled, style.name


def check_gone_everywhere(server, run):
    for style in ALL:
        assert style.get(server.client, run).status == 404, style.name


def receipt(server, run):
    answer = server.client.get(f"/v1/runs/{run.id}/receipt")
    assert answer.status == 200, answer
    return answer.json


@pytest.mark.parametrize("style", ALL, ids=lambda style: style.name)
def test_a_polite_command_is_gone_before_its_grace_is_over(beating, style, workflow_id):
    run, process = begin(beating, style, "polite", workflow_id)
    assert style.state(beating.client, run) == style.running
    answer = style.stop(beating.client, run)
    assert answer.status == 200, answer
    until_gone(process, GONE_S)
    if style.deletes:
        check_gone_everywhere(beating, run)
    else:
        check_stopped_everywhere(beating, run)
    check_receipt(receipt(beating, run), style)


def check_receipt(receipt, style):
    """The stop is on record with its author, whatever is left of the run."""
    stop = receipt["stop"]
    assert stop["dialect"] == style.name
    assert stop["from_state"] == "running"
    assert stop["actor"] and stop["request_id"] and stop["requested_at"]
    if style.deletes:
        assert receipt["deleted"] is True
        assert receipt["deletion"]["dialect"] == style.name
        assert sum(receipt["counts"].values()) == 1
        return
    assert receipt["deleted"] is False and receipt["state"] == "cancelled"
    [step] = receipt["steps"]
    assert step["state"] == "cancelled"
    if style.name == "kubiya":
        assert (stop["mode"], stop["reason"], step["how"]) == ("terminate", "enough", "forced")
    else:
        assert (stop["mode"], step["how"], receipt["how"]) == ("cancel", "clean", "clean")
        assert step["told_at"] and step["acknowledged_at"]


@pytest.mark.parametrize("style", ALL, ids=lambda style: style.name)
def test_a_stubborn_command_is_gone_when_its_grace_is_over(beating, style, workflow_id):
    run, process = begin(beating, style, "stubborn", workflow_id)
    answer = style.stop(beating.client, run)
    assert answer.status == 200, answer
    until_gone(process, Beats.GRACE_S + GONE_S)
    if style.deletes:
        check_gone_everywhere(beating, run)
    else:
        check_stopped_everywhere(beating, run)
        assert receipt(beating, run)["how"] == "forced"


@pytest.mark.parametrize("style", VENDORS, ids=lambda style: style.name)
def test_a_vendors_prefix_leads_to_the_same_run(beating, style, workflow_id):
    run, process = begin(beating, style, "polite", workflow_id)
    client = beating.client
    prefixed = PrefixedClient(client, style.name)
    assert style.state(prefixed, run) == style.state(client, run)
    assert style.cancel(prefixed, run).status == 200
    until_gone(process, GONE_S)
    assert style.state(client, run) in style.stopping | {style.cancelled}


class PrefixedClient:
    """A client whose base URL ends in the vendor's name."""

    def __init__(self, client, prefix):
        self.client, self.prefix = client, prefix

    def get(self, path, **more):
        return self.client.get(f"/{self.prefix}{path}", **more)

    def post(self, path, body=None, **more):
        return self.client.post(f"/{self.prefix}{path}", body, **more)
