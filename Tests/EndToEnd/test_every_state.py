"""Every style stops what any style has started, from every state that has not ended."""

import pytest

from harness.ids import base62, prefix24
from harness.styles import ALL, EXTEND, KUBIYA, NATIVE, WEXA
from harness.waiting import until


def by_name(style):
    return style.name


def in_state(client, workflow_id, state):
    """A run in that state, seen there."""
    names = {"queued": "idle", "running": "timer", "paused": "timer", "waiting": "ask",
             "stopping": "worked"}
    run = NATIVE.create(client, workflow_id(client, names[state]))
    if state == "paused":
        assert client.post(f"/v1/runs/{run.id}/pause").status == 200
    if state == "stopping":
        claim = {"worker": "silent", "queues": ["worked"]}
        until(lambda: client.post("/v1/tasks/claim", claim)["tasks"], "the task is claimed")
        assert NATIVE.cancel(client, run).status == 200
    until(lambda: NATIVE.state(client, run) == state, f"the run is {state}")
    return run


@pytest.mark.parametrize("state", ["queued", "running", "paused", "waiting", "stopping"])
@pytest.mark.parametrize("style", ALL, ids=by_name)
def test_the_documented_operation_stops_it(shared, workflow_id, style, state):
    client = shared.client
    run = in_state(client, workflow_id, state)
    answer = style.stop(client, run)
    assert answer.status == 200, answer
    receipt = client.get(f"/v1/runs/{run.id}/receipt")
    first = receipt["stop"]
    assert first["from_state"] == ("running" if state == "stopping" else state)
    assert first["dialect"] == ("native" if state == "stopping" else style.name)
    if style.deletes:
        for other in ALL:
            assert other.get(client, run).status == 404, other.name
        return
    # In `stopping` a cancel is a repeat, and Kubiya's terminate ends it.
    waits = state == "stopping" and style is not KUBIYA
    assert NATIVE.state(client, run) == ("stopping" if waits else "cancelled")


@pytest.mark.parametrize("starter", ALL, ids=by_name)
@pytest.mark.parametrize("stopper", ALL, ids=by_name)
def test_any_style_stops_the_run_of_any_other(shared, workflow_id, starter, stopper):
    client = shared.client
    run = starter.create(client, workflow_id(client, "timer"))
    until(lambda: NATIVE.state(client, run) == "running", "the timer runs")
    assert starter.state(client, run) == starter.running
    assert stopper.cancel(client, run).status == 200
    for style in ALL:
        assert style.state(client, run) == style.cancelled, style.name
    stop = client.get(f"/v1/runs/{run.id}")["stop"]
    assert (stop["mode"], stop["dialect"]) == ("cancel", stopper.name)


QUERY = "?projectID=default"
# The path, with the execution's UUID and its record id, and whether a body names it.
WEXA_FORMS = [
    ("/execute_flow/{uuid}" + QUERY, True), ("/execute_flow/{uuid}", False),
    ("/execute_flow/{record}", False), ("/execute_flow/" + QUERY, True),
    ("/execute_flow" + QUERY, True), ("/execute_flow/{uuid}/cancel", False),
    ("/execute_flow//cancel" + QUERY, True), ("/wexa/execute_flow/{uuid}" + QUERY, True),
]


@pytest.mark.parametrize("form, has_body", WEXA_FORMS)
def test_wexas_forms_of_cancel(shared, workflow_id, form, has_body):
    client = shared.client
    run = WEXA.create(client, workflow_id(client, "idle"))
    path = form.format(uuid=run.id, record=prefix24(run.id))
    body = {"projectID": "default", "execution_id": run.id} if has_body else None
    for _ in range(2):
        answer = client.post(path, body)
        assert (answer.status, answer.json) == (
            200, {"execution_id": run.id, "status": "cancelled"}), answer


def native_forms(run):
    return [run.id, run.id.upper(), f"workflow_run_{base62(run.id)}", prefix24(run.id),
            f"agent-execution-{run.id}", f"team-execution-{run.id}"]


def test_the_native_api_takes_every_form_of_an_id(shared, workflow_id):
    client = shared.client
    run = EXTEND.create(client, workflow_id(client, "idle"))
    for name in native_forms(run):
        assert client.get(f"/v1/runs/{name}")["id"] == run.id, name
