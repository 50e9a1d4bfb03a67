"""Bad input, style by style: the status, the style's own envelope, and nothing changed."""

import uuid

import pytest

from harness.envelopes import check
from harness.ids import base62
from harness.styles import EXTEND, NATIVE
from harness.waiting import until

UNKNOWN = "018f3c2a-7b00-7a11-8c22-0123456789ab"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TEXT = {"Content-Type": "text/plain"}
V = EXTEND.VERSION
BAD = b'{"a":'
TWICE = b'{"reason":"a","reason":"b"}'
HUGE = b'{"a":"' + b"x" * (1 << 20) + b'"}'
LEAD = {"customerLeadId": "l", "primaryPhone": "+15550100001"}

# (method, path, body, headers, status). {w} is the workflow's UUID, {r} a running run's, {x}
# Extend's form of it, {o} another workflow.
ROWS = {
    "native": [
        ("POST", "/v1/runs", BAD, {}, 400),
        ("POST", "/v1/runs", {"workflow": 5}, {}, 400),
        ("POST", "/v1/runs", {}, {}, 400),
        ("POST", "/v1/runs", [], {}, 400),
        ("POST", "/v1/runs", {"workflow": "timer", "nonsense": 1}, {}, 400),
        ("POST", "/v1/runs", {"workflow": "timer", "grace_s": -1}, {}, 400),
        ("POST", "/v1/runs", {"workflow": "timer", "id": "x"}, {}, 400),
        ("POST", "/v1/runs", {"workflow": "none"}, {}, 404),
        ("POST", "/v1/runs", {"workflow": "timer", "id": "{r}"}, {}, 409),
        ("POST", "/v1/runs", b'{"workflow":"timer"}', TEXT, 415),
        ("POST", "/v1/runs", HUGE, {}, 413),
        ("POST", "/v1/runs/{r}/cancel", {"reason": 5}, {}, 400),
        ("POST", "/v1/runs/{r}/cancel", {"reason": "x" * 65537}, {}, 400),
        ("POST", "/v1/runs/{r}/cancel", TWICE, {}, 400),
        ("POST", "/v1/runs/{r}/cancel?nonsense=1", None, {}, 400),
        ("POST", f"/v1/runs/{UNKNOWN}/cancel", None, {}, 404),
        ("GET", "/v1/runs/nonsense", None, {}, 404),
        ("GET", "/v1/runs?limit=many", None, {}, 400),
        ("GET", "/v1/runs?cursor=made-up", None, {}, 400),
        ("GET", "/v1/nothing", None, {}, 404),
        ("PUT", "/v1/runs", {}, {}, 405),
    ],
    "feather": [
        ("POST", "/api/v1/workflow/{w}/execution", BAD, {}, 400),
        ("POST", "/api/v1/workflow/{w}/execution", {"customerLeadId": "l"}, {}, 400),
        ("POST", "/api/v1/workflow/{w}/execution", LEAD | {"primaryPhone": 5}, {}, 400),
        ("POST", f"/api/v1/workflow/{UNKNOWN}/execution", LEAD, {}, 404),
        ("POST", "/api/v1/workflow/nonsense/execution", LEAD, {}, 400),
        ("POST", "/api/v1/workflow/{w}/execution", HUGE, {}, 413),
        ("GET", "/api/v1/workflow/{w}/execution/nonsense", None, {}, 400),
        ("GET", f"/api/v1/workflow/{{w}}/execution/{UNKNOWN}", None, {}, 404),
        ("DELETE", "/api/v1/workflow/{w}/execution/nonsense", None, {}, 400),
        ("DELETE", f"/api/v1/workflow/{{w}}/execution/{UNKNOWN}", None, {}, 404),
        ("DELETE", "/api/v1/workflow/{o}/execution/{r}", None, {}, 404),
        ("PUT", "/api/v1/workflow/{w}/execution/{r}", {}, {}, 400),
        ("PUT", "/api/v1/workflow/{w}/execution/{r}", {"status": "COMPLETED"}, {}, 400),
        ("PUT", "/api/v1/workflow/{w}/execution/{r}", TWICE, {}, 400),
        ("GET", "/api/v1/workflow/{w}/executions?limit=0", None, {}, 400),
        ("GET", "/api/v1/workflow/{w}/executions?status=DONE", None, {}, 400),
        ("GET", "/api/v1/workflow/{w}/nothing", None, {}, 404),
        ("PATCH", "/api/v1/workflow/{w}/execution/{r}", {}, {}, 405),
    ],
    "extend": [
        ("POST", "/workflow_runs", BAD, V, 400),
        ("POST", "/workflow_runs", {}, V, 400),
        ("POST", "/workflow_runs", {"workflow": {"id": "workflow_{w62}"}}, V, 400),
        ("POST", "/workflow_runs", {"workflow": {"id": 5}, "file": {"text": "x"}}, V, 400),
        ("POST", "/workflow_runs",
         {"workflow": {"id": f"workflow_{base62(UNKNOWN)}"}, "file": {"text": "x"}}, V, 404),
        ("POST", "/workflow_runs", HUGE, V, 413),
        ("GET", "/workflow_runs/nonsense", None, V, 404),
        ("GET", f"/workflow_runs/workflow_run_{base62(UNKNOWN)}", None, V, 404),
        ("DELETE", f"/workflow_runs/workflow_run_{base62(UNKNOWN)}", None, V, 404),
        ("POST", f"/workflow_runs/workflow_run_{base62(UNKNOWN)}/cancel", None, V, 404),
        ("GET", "/workflow_runs/workflow_run_zzzzzzzzzzzzzzzzzzzzzz", None, V, 404),
        ("GET", "/workflow_runs/", None, V, 404),
        ("GET", "/workflow_runs/batch", None, V, 404),
        ("GET", "/workflow_runs?status=DONE", None, V, 400),
        ("GET", "/workflow_runs?maxPageSize=0", None, V, 400),
        ("GET", "/workflow_runs?nextPageToken=made-up", None, V, 400),
        ("GET", "/workflow_runs/{x}", None, {"x-extend-api-version": "1999-01-01"}, 400),
        ("PUT", "/workflow_runs/{x}", {}, V, 405),
    ],
    "wexa": [
        ("POST", "/execute_flow", BAD, {}, 422),
        ("POST", "/execute_flow", {}, {}, 422),
        ("POST", "/execute_flow/", {"execution_id": 5}, {}, 422),
        ("POST", "/execute_flow/", {"execution_id": ""}, {}, 422),
        ("POST", "/execute_flow/", TWICE, {}, 422),
        ("POST", "/execute_flow?projectID=default",
         {"agentflow_id": "{w}", "execution_id": "{r}", "projectID": "default"}, {}, 400),
        ("POST", "/execute_flow?projectID=one",
         {"agentflow_id": "{w}", "projectID": "default"}, {}, 400),
        ("POST", f"/execute_flow/{UNKNOWN}", {"execution_id": "{r}"}, {}, 400),
        ("POST", "/execute_flow?projectID=default",
         {"agentflow_id": "none", "projectID": "default"}, {}, 404),
        ("POST", "/execute_flow/{r}?projectID=else", None, {}, 404),
        ("POST", "/execute_flow", HUGE, {}, 413),
        ("POST", f"/execute_flow/{UNKNOWN}", None, {}, 404),
        ("POST", f"/execute_flow/{UNKNOWN}/cancel", None, {}, 404),
        ("GET", "/execute_flow/nonsense", None, {}, 404),
        ("GET", "/execute_flow/{r}/nothing", None, {}, 404),
    ],
    "agno": [
        ("POST", "/workflows/{w}/runs", {"message": "go"}, {}, 422),
        ("POST", "/workflows/{w}/runs", b"stream=false", FORM, 422),
        ("POST", "/workflows/none/runs", b"message=go&stream=false", FORM, 404),
        ("POST", f"/workflows/{{w}}/runs/{UNKNOWN}/cancel", None, {}, 404),
        ("POST", "/workflows/none/runs/{r}/cancel", None, {}, 404),
        ("POST", "/workflows/{o}/runs/{r}/cancel", None, {}, 404),
        ("GET", "/workflows/{w}/runs/{r}", None, {}, 422),
        ("GET", f"/workflows/{{w}}/runs/{UNKNOWN}?session_id=s", None, {}, 404),
        ("GET", "/workflows/none", None, {}, 404),
        ("GET", "/workflows/{w}/nothing/at/all", None, {}, 404),
        ("DELETE", "/workflows/{w}/runs", None, {}, 405),
    ],
    "kubiya": [
        ("POST", "/api/v1/executions/{r}/terminate", None, {}, 422),
        ("POST", "/api/v1/executions/{r}/terminate", BAD, {}, 422),
        ("POST", "/api/v1/executions/{r}/terminate", TWICE, {}, 422),
        ("POST", "/api/v1/executions/{r}/terminate", {}, {}, 422),
        ("POST", "/api/v1/executions/{r}/terminate", {"reason": ""}, {}, 422),
        ("POST", "/api/v1/executions/{r}/terminate", {"reason": "x" * 501}, {}, 422),
        ("POST", "/api/v1/executions/{r}/terminate", b'{"reason":"x"}', TEXT, 422),
        ("POST", "/api/v1/executions/{r}/terminate", HUGE, {}, 413),
        ("POST", f"/api/v1/executions/{UNKNOWN}/terminate", {"reason": "x"}, {}, 404),
        ("POST", "/api/v1/executions/nonsense/terminate", {"reason": "x"}, {}, 404),
        ("POST", "/api/v1/executions/%00/terminate", {"reason": "x"}, {}, 404),
        ("POST", f"/api/v1/executions/{UNKNOWN}/cancel", None, {}, 404),
        ("POST", "/api/v1/agents/none/execute", {"prompt": "x"}, {}, 404),
        ("POST", "/api/v1/agents/{w}/execute", {}, {}, 422),
        ("GET", "/api/v1/executions?limit=x", None, {}, 422),
        ("GET", "/api/v1/executions/nonsense", None, {}, 404),
        ("GET", "/api/v1/nothing", None, {}, 404),
        ("PUT", "/api/v1/executions/{r}", {}, {}, 405),
    ],
}


def title(value):
    return str(value)[:60] if isinstance(value, (str, bytes, dict)) else None


@pytest.mark.parametrize("style, method, path, body, headers, status", [
    (style, *row) for style, rows in ROWS.items() for row in rows], ids=title)
def test_is_refused(victim, style, method, path, body, headers, status):
    client, names, picture = victim
    before = picture()
    answer = client.request(method, fill(path, names), fill(body, names), headers)
    check(style, answer, status)
    assert picture() == before


def fill(value, names):
    """Puts the names of the victim into a path or a body."""
    if isinstance(value, dict):
        return {key: fill(item, names) for key, item in value.items()}
    if isinstance(value, str):
        for name, text in names.items():
            value = value.replace("{" + name + "}", text)
    return value


@pytest.fixture(scope="module")
def victim(shared):
    """A running run, its names, and all that may be seen of it."""
    client = shared.client
    workflow = client.get("/v1/workflows/timer")["id"]
    run = NATIVE.create(client, workflow)
    until(lambda: NATIVE.state(client, run) == "running", "the timer runs")
    names = {
        "w": workflow, "w62": base62(workflow), "r": run.id,
        "o": client.get("/v1/workflows/idle")["id"], "x": f"workflow_run_{base62(run.id)}"}

    def picture():
        paths = [f"/v1/runs/{run.id}{more}" for more in ("", "/receipt", "/events?limit=200")]
        return [client.get(path).json for path in [*paths, "/v1/runs?limit=200"]]

    return client, names, picture


def test_a_framing_error_wears_the_envelope_of_its_path(shared):
    """A head that is too large, on the paths of three styles."""
    headers = {"X-Filler": "x" * 40000}
    paths = {"native": "/v1/runs", "kubiya": "/api/v1/executions", "wexa": "/execute_flow/x"}
    for style, path in paths.items():
        answer = shared.client.get(path, headers=headers)
        check(style, answer, 431)


def test_an_idempotency_key_of_the_wrong_form_is_refused(shared):
    for key in ("x" * 256, "two words"):
        answer = shared.client.post(
            "/v1/runs", {"workflow": "idle"}, headers={"Idempotency-Key": key})
        check("native", answer, 400)
    fine = {"Idempotency-Key": str(uuid.uuid4())}
    assert shared.client.post("/v1/runs", {"workflow": "idle"}, headers=fine).status == 201
