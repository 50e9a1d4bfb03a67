"""A stop of a run that has ended, by every style: the rows of the decisions, and nothing changed."""

import pytest

from harness.envelopes import check
from harness.styles import AGNO, ALL, EXTEND, FEATHER, KUBIYA, NATIVE, WEXA
from harness.waiting import until

# What cancel answers to a run that was cancelled before, and to one that succeeded.
REPEAT = {NATIVE: 200, FEATHER: 200, EXTEND: 400, WEXA: 200, AGNO: 200, KUBIYA: 200}
REFUSED = {NATIVE: 409, FEATHER: 400, EXTEND: 400, WEXA: 409, AGNO: 200, KUBIYA: 200}


def by_name(style):
    return style.name


def state(client, run):
    return [client.get(f"/v1/runs/{run.id}{more}").json for more in ("", "/events?limit=200")]


def cancelled(client, workflow_id):
    run = NATIVE.create(client, workflow_id(client, "idle"))
    assert NATIVE.cancel(client, run)["state"] == "cancelled"
    return run


def succeeded(client, workflow_id):
    run = NATIVE.create(client, workflow_id(client, "worked"))
    claim = {"worker": "ender", "queues": ["worked"]}
    [task] = until(lambda: client.post("/v1/tasks/claim", claim)["tasks"], "a task")
    done = client.post(f"/v1/tasks/{task['task']}/complete",
                       {"lease": {"token": task["lease"]["token"]}, "output": 1})
    assert (done.status, done["run_state"], task["run"]) == (200, "succeeded", run.id)
    return run


@pytest.mark.parametrize("style", ALL, ids=by_name)
def test_cancel_after_a_cancel(shared, workflow_id, style):
    client, run = shared.client, cancelled(shared.client, workflow_id)
    before = state(client, run)
    answer = style.cancel(client, run)
    if REPEAT[style] == 200:
        assert answer.status == 200, answer
    else:
        check(style.name, answer, REPEAT[style])
    if style is NATIVE:
        assert answer["changed"] is False
    if style is KUBIYA:
        assert answer["success"] is False
    after = state(client, run)
    # The one stop counts its repeats; that is all there may be.
    for picture in (before, after):
        picture[0]["stop"].pop("repeats")
        picture[0].pop("changed", None), picture[0].pop("updated_at")
    assert after == before


@pytest.mark.parametrize("style", ALL, ids=by_name)
def test_cancel_after_success(shared, workflow_id, style):
    client, run = shared.client, succeeded(shared.client, workflow_id)
    before = state(client, run)
    answer = style.cancel(client, run)
    if REFUSED[style] == 200:
        assert answer.status == 200, answer
        assert style is not KUBIYA or answer["success"] is False
    else:
        check(style.name, answer, REFUSED[style])
    assert state(client, run) == before


@pytest.mark.parametrize("ended", [cancelled, succeeded])
def test_kubiyas_terminate_of_what_has_ended_is_400(shared, workflow_id, ended):
    client, run = shared.client, ended(shared.client, workflow_id)
    check("kubiya", KUBIYA.stop(client, run), 400)


@pytest.mark.parametrize("ended", [cancelled, succeeded])
@pytest.mark.parametrize("style", [FEATHER, EXTEND], ids=by_name)
def test_delete_of_what_has_ended_is_200_and_then_404(shared, workflow_id, ended, style):
    client, run = shared.client, ended(shared.client, workflow_id)
    assert style.stop(client, run).status == 200
    check(style.name, style.stop(client, run), 404)
    for other in ALL:
        check(other.name, other.get(client, run), 404)
        check(other.name, other.cancel(client, run), 404)
    receipt = client.get(f"/v1/runs/{run.id}/receipt")
    assert receipt.status == 200 and receipt["deleted"] is True
    assert (receipt["stop"] is not None) == (ended is cancelled)
