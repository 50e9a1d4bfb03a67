"""Keys and tenants: who gets in, and that nobody sees what is not theirs."""

import pytest

from harness.envelopes import check
from harness.http import Client
from harness.styles import ALL, KUBIYA, NATIVE
from harness.waiting import until

CHALLENGED = {"native", "feather", "extend", "wexa"}
# A path of each style that exists, and one that does not.
PATHS = {
    "native": ("/v1/runs", "/v1/nothing"),
    "feather": ("/api/v1/workflow", "/api/v1/workflow/x/y/z"),
    "extend": ("/workflow_runs", "/workflow_runs/x/y/z"),
    "wexa": ("/execute_flow/x", "/execute_flow/x/y/z"),
    "agno": ("/workflows/x/runs?session_id=s", "/sessions/x/y/z"),
    "kubiya": ("/api/v1/executions", "/api/v1/nothing"),
}
WRONG = "sbw_0123456789abcdefghijklmnopqrstuvwxyz0123456789ab"


def by_name(style):
    return style.name


@pytest.fixture(scope="module")
def running(shared):
    """A run that goes on, in `default`/`default`."""
    client = shared.client
    run = NATIVE.create(client, client.get("/v1/workflows/timer")["id"])
    until(lambda: NATIVE.state(client, run) == "running", "the timer runs")
    return run


def make_key(client, role="owner", organization="default", workspace="default", **more):
    body = {"organization": organization, "workspace": workspace, "role": role, **more}
    answer = client.post("/v1/keys", {k: v for k, v in body.items() if v is not None})
    assert answer.status == 201, answer
    return answer


@pytest.mark.parametrize("style", PATHS)
@pytest.mark.parametrize("key", [None, WRONG, "nonsense"], ids=["none", "wrong", "nonsense"])
def test_a_stranger_gets_401_on_every_path(shared, style, key):
    client = shared.client.with_key(key)
    for path in PATHS[style]:
        for method in ("GET", "POST"):
            answer = client.request(method, path)
            check(style, answer, 401)
            challenge = answer.headers.get("www-authenticate")
            assert challenge == ('Bearer realm="signalbox"' if style in CHALLENGED else None)


@pytest.mark.parametrize("style", PATHS)
def test_the_forms_of_a_key(shared, style):
    stranger, key, path = shared.client.with_key(None), shared.key, PATHS[style][0]
    everywhere = {"X-API-Key": key}, {"Authorization": f"bearer {key}"}
    bare, user_key = {"Authorization": key}, {"UserKey": key}
    for headers in everywhere:
        assert stranger.get(path, headers=headers).status != 401, headers
    bare_is_fine = style in ("agno", "kubiya")
    assert (stranger.get(path, headers=bare).status != 401) == bare_is_fine
    assert (stranger.get(path, headers=user_key).status != 401) == (style == "kubiya")
    two = {"X-API-Key": key, "Authorization": f"Bearer {key}"}
    check(style, stranger.get(path, headers=two), 400)


@pytest.mark.parametrize("style", ALL, ids=by_name)
@pytest.mark.parametrize("organization, workspace", [("default", "other"), ("acme", "lab")])
def test_another_tenants_run_does_not_exist(shared, running, style, organization, workspace):
    key = make_key(shared.client, organization=organization, workspace=workspace)["key"]
    stranger = shared.client.with_key(key)
    before = picture(shared.client, running)
    check(style.name, style.get(stranger, running), 404)
    check(style.name, style.cancel(stranger, running), 404)
    is_terminate = style is KUBIYA
    forbidden = is_terminate and organization == "acme"
    check(style.name, style.stop(stranger, running), 403 if forbidden else 404)
    for path in (f"/v1/runs/{running.id}/receipt", f"/v1/runs/{running.id}/events"):
        check("native", stranger.get(path), 404)
    assert picture(shared.client, running) == before
    assert stranger.get("/v1/runs")["runs"] == []


def picture(client, run):
    return [client.get(f"/v1/runs/{run.id}{more}").json
            for more in ("", "/receipt", "/events?limit=200")]


@pytest.mark.parametrize("style", ALL, ids=by_name)
@pytest.mark.parametrize("role", ["viewer", "worker"])
def test_a_role_that_may_not_stop_gets_403(shared, running, style, role):
    client = shared.client.with_key(make_key(shared.client, role)["key"])
    before = picture(shared.client, running)
    check(style.name, style.cancel(client, running), 403)
    check(style.name, style.stop(client, running), 403)
    reads = style.get(client, running).status
    assert reads == (200 if role == "viewer" else 403)
    assert picture(shared.client, running) == before


def test_a_revoked_key_is_refused_at_once(shared):
    made = make_key(shared.client)
    client = shared.client.with_key(made["key"])
    assert client.get("/v1/runs").status == 200
    assert shared.client.delete(f"/v1/keys/{made['id']}").status == 200
    check("native", client.get("/v1/runs"), 401)


def test_a_key_is_shown_once(shared):
    made = make_key(shared.client)
    listed = shared.client.get("/v1/keys")
    assert made["key"].encode() not in listed.body
    assert made["id"] in {key["id"] for key in listed["keys"]}
    log = (shared.folder / "server.log").read_text(errors="replace")
    assert made["key"] not in log and shared.key not in log


def test_an_organizations_key_names_its_workspace(shared, running):
    key = make_key(shared.client, organization="default", workspace=None,
                   kind="organization")["key"]
    client = shared.client.with_key(key)
    check("native", client.get(f"/v1/runs/{running.id}"), 400)
    here = {"x-signalbox-workspace": "default"}
    assert client.get(f"/v1/runs/{running.id}", headers=here).status == 200
    other = {"x-signalbox-workspace": "other"}
    check("native", client.get(f"/v1/runs/{running.id}", headers=other), 404)
    check("extend", client.get("/workflow_runs"), 400)
    extend = {"x-extend-workspace-id": "default"}
    assert client.get("/workflow_runs", headers=extend).status == 200


def test_another_host_is_misdirected(shared):
    """What a page in a browser could send to a server on loopback."""
    answer = Client(shared.port, shared.key).get("/v1/runs", headers={"Host": "evil.example"})
    assert answer.status == 421
