"""The program as a process: its start, its end, its flags."""

import json
import signal
import stat
import threading

import pytest

from harness.server import environment, run
from harness.styles import NATIVE
from harness.waiting import PATIENCE_S, at_most, until
from harness.workflows import write


def test_sigterm_answers_what_is_under_way_and_exits_0(start, tmp_path):
    folder = tmp_path / "workflows"
    folder.mkdir()
    write(folder, "timer", [{"name": "wait", "sleep_s": 600}])
    server = start("--workflows", str(folder))
    client, answers = server.client, []
    claim = {"worker": "w", "queues": ["nothing"], "wait_s": 30}

    def poll():
        answers.append(client.post("/v1/tasks/claim", claim))

    poller = threading.Thread(target=poll)
    poller.start()
    run_id = NATIVE.create(client, "timer").id
    with at_most(12, "the drain"):
        assert server.terminate() == 0
    poller.join(timeout=PATIENCE_S)
    assert not poller.is_alive()
    if answers:
        # The long poll was reached: it ends empty, not in an error.
        assert (answers[0].status, answers[0].json) == (200, {"tasks": []}), answers
    server.start()
    assert server.client.get(f"/v1/runs/{run_id}").status == 200


@pytest.mark.parametrize("second, status", [(signal.SIGHUP, 0), (signal.SIGINT, 130)])
def test_only_a_second_signal_to_end_cuts_the_drain(start, tmp_path, second, status):
    folder = tmp_path / "workflows"
    begun, told, free = (folder / name for name in ("begun", "told", "free"))
    folder.mkdir()
    # The command begins in the folder of its file.
    wait = "while ! test -e free; do sleep 0.05; done"
    script = f"trap 'touch told; {wait}; exit' TERM; touch begun; {wait}"
    write(folder, "slow", [{"name": "work", "command": ["/bin/sh", "-c", script]}])
    server = start("--workflows", str(folder))
    NATIVE.create(server.client, "slow")
    until(begun.exists, "the command has begun")
    server.process.send_signal(signal.SIGTERM)
    until(told.exists, "the server drains")
    server.process.send_signal(second)
    if status == 0:
        free.touch()
    assert server.process.wait(timeout=PATIENCE_S) == status
    assert ('"cause":"a second signal"' in server.log_tail()) == (status != 0)


def test_a_second_server_on_the_same_data_ends_with_75(start):
    server = start()
    second = run("serve", "--listen", "127.0.0.1:0", "--data", str(server.data))
    assert second.returncode == 75, second
    assert server.client.get("/v1/runs").status == 200


def test_files_are_the_owners_alone(start):
    server = start()
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
    for path in server.data.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o077 == 0, (path, oct(mode))


def test_the_key_stays_the_same(start):
    server = start()
    key = server.key
    assert server.terminate() == 0
    server.start()
    assert server.key == key
    assert server.client.get("/v1/runs").status == 200


@pytest.mark.parametrize("flags", [
    ["--no-such-flag"], ["--loops", "many"], ["--listen", "nowhere"],
    ["--listen", "foo.bar:80", "--insecure-listen"], ["--limit", "pages=1"],
    ["--simulate", "2s"], ["stray"],
], ids=" ".join)
def test_a_flag_that_is_unknown_or_malformed_is_64(tmp_path, flags):
    ended = run("serve", "--data", str(tmp_path / "data"), *flags)
    assert ended.returncode == 64, ended
    assert ended.stderr and not (tmp_path / "data").exists()


@pytest.mark.parametrize("name, value", [
    ("SIGNALBOX_NO_SUCH", "1"), ("SIGNALBOX_LOOPS", "many"), ("SIGNALBOX_LISTEN", "0.0.0.0:0"),
])
def test_a_setting_that_is_unknown_or_malformed_is_78(tmp_path, name, value):
    ended = run("serve", "--data", str(tmp_path / "data"), env=environment(**{name: value}))
    assert ended.returncode == 78, ended
    assert ended.stderr and not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["nonsense", "--nonsense"])
def test_an_unknown_command_is_64(command):
    assert run(command).returncode == 64


def test_help_and_version():
    for flag in ("--help", "--version"):
        ended = run(flag)
        assert ended.returncode == 0 and ended.stdout, flag


def test_a_key_made_while_the_server_runs(start):
    server = start()
    made = run("key", "create", "--organization", "acme", "--workspace", "lab", "--role", "viewer",
               "--url", f"http://127.0.0.1:{server.port}", "--data", str(server.data))
    assert made.returncode == 0, made
    made = json.loads(made.stdout)
    assert made["id"] and (made["role"], made["workspace"]) == ("viewer", "lab")
    key = made["key"]
    viewer = server.client.with_key(key)
    assert viewer.get("/v1/runs").status == 200
    assert viewer.post("/v1/runs", {"workflow": "x"}).status == 403


def test_an_organizations_key_names_its_workspace(start):
    server = start()
    place = "--url", f"http://127.0.0.1:{server.port}"
    admin = *place, "--data", str(server.data)
    made = run("key", "create", "--organization", "acme", "--kind", "organization", "--role",
               "owner", *admin)
    whole = *place, "--key", json.loads(made.stdout)["key"]
    assert run("key", "create", "--organization", "acme", "--workspace", "lab", "--role", "owner",
               *admin).returncode == 0
    assert "workspace_required" in run("run", "list", *whole).stderr
    assert json.loads(run("run", "list", "--workspace", "lab", *whole).stdout)["runs"] == []
    assert "workspace_not_found" in run("run", "list", "--workspace", "x", *whole).stderr


def test_the_last_key_stays_and_a_lost_one_is_made_anew(start):
    server = start()
    old = server.key
    [key] = server.client.get("/v1/keys")["keys"]
    refused = server.client.delete(f"/v1/keys/{key['id']}")
    assert (refused.status, refused["code"]) == (409, "last_instance_key")
    reset = "key", "reset", "--data", str(server.data)
    assert run(*reset).returncode == 75, "a server holds the folder"
    (server.data / "admin.key").unlink()
    assert server.terminate() == 0
    server.start()
    assert "there is no key" in server.line() and not (server.data / "admin.key").exists()
    assert server.terminate() == 0
    assert run(*reset).returncode == 0
    assert stat.S_IMODE((server.data / "admin.key").stat().st_mode) == 0o600
    server.start()
    assert "your key is in" in server.line() and server.key != old
    assert server.client.get("/v1/keys").status == 200
    assert server.client.with_key(old).get("/v1/keys").status == 401


def test_a_reset_makes_no_folder(tmp_path):
    assert run("key", "reset", "--data", str(tmp_path / "data")).returncode == 78
    assert not (tmp_path / "data").exists()


def test_a_command_begins_in_the_folder_of_its_file(start, tmp_path):
    folder = tmp_path / "workflows"
    folder.mkdir()
    (folder / "fetch.sh").write_text("""printf '{"here": "%s"}' "$PWD"\n""")
    write(folder, "fetch", [
        {"name": "fetch", "command": ["sh", "fetch.sh"]},
        {"name": "see", "command": ["sh", "-c", "env"], "needs": ["fetch"]}])
    server = start("--workflows", str(folder))
    made = NATIVE.create(server.client, "fetch")
    until(lambda: NATIVE.state(server.client, made) == "succeeded", "the run succeeds")
    output = f"/v1/runs/{made.id}/output"
    assert server.client.get(output + "?step=fetch")["output"] == {"here": str(folder.resolve())}
    see = server.client.get(output)
    assert see["step"] is None and f"SIGNALBOX_RUN={made.id}" in see["output"]
    assert str(server.data) not in see["output"]
    assert server.client.get(output + "?step=other").status == 400


def test_simulate_takes_a_run_through_its_life(start, tmp_path):
    folder = tmp_path / "workflows"
    folder.mkdir()
    write(folder, "two", [{"name": "a", "queue": "x"}, {"name": "b", "queue": "y", "needs": ["a"]}])
    server = start("--workflows", str(folder), "--simulate", "0.05")
    made = NATIVE.create(server.client, "two")
    until(lambda: NATIVE.state(server.client, made) == "succeeded", "the run succeeds")


def test_health_and_readiness_need_no_key(start):
    server = start()
    stranger = server.client.with_key(None)
    for path in ("/healthz", "/readyz", "/api/health", "/api/ready"):
        assert stranger.get(path).status == 200, path
