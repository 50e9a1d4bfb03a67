"""The program as a process: its start, its end, its flags."""

import signal
import stat
import threading

import pytest

from harness.server import environment, run
from harness.styles import NATIVE
from harness.waiting import at_most, until
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
    poller.join(timeout=5)
    assert not poller.is_alive()
    if answers:
        # The long poll was reached: it ends empty, not in an error.
        assert (answers[0].status, answers[0].json) == (200, {"tasks": []}), answers
    server.start()
    assert server.client.get(f"/v1/runs/{run_id}").status == 200


@pytest.mark.parametrize("second, status", [(signal.SIGHUP, 0), (signal.SIGINT, 130)])
def test_only_a_second_signal_to_end_cuts_the_drain(start, tmp_path, second, status):
    folder, begun, told = tmp_path / "workflows", tmp_path / "begun", tmp_path / "told"
    folder.mkdir()
    script = f"trap 'touch {told}; sleep 1; exit' TERM; touch {begun}; while :; do sleep 0.05; done"
    write(folder, "slow", [{"name": "work", "command": ["/bin/sh", "-c", script]}])
    server = start("--workflows", str(folder))
    NATIVE.create(server.client, "slow")
    until(begun.exists, "the command has begun", 10)
    server.process.send_signal(signal.SIGTERM)
    until(told.exists, "the server drains", 10)
    server.process.send_signal(second)
    assert server.process.wait(timeout=20) == status


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
    key = made.stdout.strip()
    viewer = server.client.with_key(key)
    assert viewer.get("/v1/runs").status == 200
    assert viewer.post("/v1/runs", {"workflow": "x"}).status == 403


def test_simulate_takes_a_run_through_its_life(start, tmp_path):
    folder = tmp_path / "workflows"
    folder.mkdir()
    write(folder, "two", [{"name": "a", "queue": "x"}, {"name": "b", "queue": "y", "needs": ["a"]}])
    server = start("--workflows", str(folder), "--simulate", "0.05")
    made = NATIVE.create(server.client, "two")
    until(lambda: NATIVE.state(server.client, made) == "succeeded", "the run succeeds", 10)


def test_health_and_readiness_need_no_key(start):
    server = start()
    stranger = server.client.with_key(None)
    for path in ("/healthz", "/readyz", "/api/health", "/api/ready"):
        assert stranger.get(path).status == 200, path
