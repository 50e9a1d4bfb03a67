"""Fifty stops of one run at once: one of them did it, and everybody is told the truth."""

import threading

import pytest

from harness.styles import AGNO, EXTEND, FEATHER, KUBIYA, NATIVE, WEXA
from harness.waiting import until

CALLERS = 50
# A cancel of each style that does not delete.
CANCELS = [(style, style.cancel) for style in (NATIVE, FEATHER, EXTEND, WEXA, AGNO, KUBIYA)]
TERMINATES = [(NATIVE, NATIVE.terminate), (KUBIYA, KUBIYA.stop)]
DELETES = [(FEATHER, FEATHER.stop), (EXTEND, EXTEND.stop)]


def at_once(client, run, operations, count=CALLERS):
    """Sends `count` of the operations in turn, all at the same moment; (style, answer) each."""
    barrier, answers = threading.Barrier(count), [None] * count

    def call(index):
        style, operation = operations[index % len(operations)]
        barrier.wait()
        answers[index] = (style, operation(client, run))

    threads = [threading.Thread(target=call, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert None not in answers
    return answers


def claimed(server, workflow_id):
    """A run with a task in the hand of a worker that says nothing: its stop takes its grace."""
    client = server.client
    run = NATIVE.create(client, workflow_id(client, "worked"))
    def claim():
        body = {"worker": "silent", "queues": ["worked"]}
        return client.post("/v1/tasks/claim", body)["tasks"]
    until(claim, "the task is claimed")
    return run


def says_changed(style, answer):
    """What an answer claims: True, False, or None where the style does not tell."""
    if style is NATIVE:
        assert answer.status == 200
        return answer["changed"]
    if style is EXTEND:
        assert answer.status in (200, 400)
        return answer.status == 200
    if style is KUBIYA:
        assert answer.status in (200, 400)
        return answer.status == 200 and answer["success"]
    assert answer.status == 200
    return None


def stop_events(client, run):
    events = client.get(f"/v1/runs/{run.id}/events?limit=200")["events"]
    return [event["kind"] for event in events if "requested" in event["kind"]]


def test_one_cancel_of_fifty_changes_the_run(shared, workflow_id):
    client, run = shared.client, claimed(shared, workflow_id)
    answers = at_once(client, run, CANCELS)
    stop = client.get(f"/v1/runs/{run.id}/receipt")["stop"]
    assert stop["mode"] == "cancel" and stop["repeats"] == CALLERS - 1
    changed = [style.name for style, answer in answers if says_changed(style, answer)]
    # Where the winner's style does not tell, nobody else may claim it.
    telling = stop["dialect"] in ("native", "extend", "kubiya")
    assert changed == ([stop["dialect"]] if telling else [])
    assert len(stop_events(client, run)) == 1


def test_terminates_among_cancels_escalate_the_one_stop(shared, workflow_id):
    client, run = shared.client, claimed(shared, workflow_id)
    answers = at_once(client, run, CANCELS + TERMINATES)
    stop = client.get(f"/v1/runs/{run.id}/receipt")["stop"]
    changed = [style.name for style, answer in answers if says_changed(style, answer)]
    if stop["mode"] == "terminate":
        assert stop["escalated_at"] is None and changed == [stop["dialect"]]
    else:
        assert stop["escalated_at"] and stop["escalated_by"]
        assert 1 <= len(changed) <= 2, changed
    assert NATIVE.state(client, run) == "cancelled"
    # The worker was told by a cancel and said nothing; by a terminate it was never told.
    how = "forced" if stop["mode"] == "terminate" else "lost"
    assert client.get(f"/v1/runs/{run.id}")["how"] == how


@pytest.mark.parametrize("operations", [CANCELS + DELETES], ids=["cancels and deletes"])
def test_with_deletes_among_them_the_run_is_gone(shared, workflow_id, operations):
    client, run = shared.client, claimed(shared, workflow_id)
    answers = at_once(client, run, operations)
    for style, answer in answers:
        assert answer.status in (200, 404) or (style is EXTEND and answer.status == 400), answer
    deleted = [
        style for index, (style, answer) in enumerate(answers)
        if operations[index % len(operations)] in DELETES and answer.status == 200]
    assert len(deleted) == 1, deleted
    for style, _ in operations:
        assert style.get(client, run).status == 404, style.name
    receipt = client.get(f"/v1/runs/{run.id}/receipt").json
    assert receipt["deleted"] is True and receipt["deletion"]["dialect"] == deleted[0].name
    first = receipt["stop"]
    if first["mode"] == "delete":
        assert first["dialect"] == deleted[0].name
    else:
        assert first["mode"] == "cancel" and first["request_id"]
        assert first["request_id"] != receipt["deletion"]["request_id"]
