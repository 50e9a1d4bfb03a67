"""The command line as a person or a script meets it."""

import json
import subprocess

import pytest

from harness.server import binary, environment, run
from harness.waiting import until
from harness.workflows import write


@pytest.fixture
def server(start, tmp_path):
    folder = tmp_path / "workflows"
    folder.mkdir()
    write(folder, "idle", [{"name": "work", "queue": "nobody"}])
    write(folder, "fails", [{"name": "work", "command": ["false"]}])
    write(folder, "null", [{"name": "work", "command": ["echo", "null"]}])
    return start("--workflows", str(folder))


def asks(server, *words):
    url = f"http://127.0.0.1:{server.port}"
    return run(*words, env=environment(SIGNALBOX_URL=url, SIGNALBOX_KEY=server.key))


def begun(server, workflow, state=None):
    made = json.loads(asks(server, "run", "start", workflow).stdout)["id"]
    if state:
        until(lambda: server.client.get(f"/v1/runs/{made}")["state"] == state, state)
    return made


@pytest.mark.parametrize("words, said", [
    (["run"], "run wants a command: start, list, show, "),
    (["run", "--url", "unix:x"], "run wants a command: start, list, show, "),
    (["run", "strat", "x"], "run has no command strat: did you mean start?"),
    (["rnu", "list"], "unknown command rnu: did you mean run?"),
])
def test_a_command_that_is_not_whole_says_what_there_is(words, said):
    ended = run(*words)
    assert (ended.returncode, ended.stdout) == (64, "") and said in ended.stderr, ended


def test_help_of_one_command_in_both_ways():
    assert run("help", "run", "start").stdout == run("run", "start", "--help").stdout != ""


def test_a_file_that_is_no_socket_is_said_so(tmp_path):
    path = tmp_path / "socket"
    path.write_text("mine")
    ended = run("serve", "--listen", f"unix:{path}", "--data", str(tmp_path / "data"))
    assert ended.returncode == 78 and "the file there is not a socket" in ended.stderr, ended
    assert path.read_text() == "mine"


@pytest.mark.parametrize("workflow, state, status", [
    ("null", "succeeded", 0), ("fails", "failed", 2), ("idle", None, 2)])
@pytest.mark.parametrize("step", [[], ["--step", "work"]], ids=["run", "step"])
def test_no_output_is_told_from_null(server, workflow, state, status, step):
    made = begun(server, workflow, state)
    ended = asks(server, "run", "output", made, *step)
    assert ended.returncode == status, ended
    assert json.loads(ended.stdout)["output"] is None
    assert ("there is no output: " in ended.stderr) == (status == 2), ended


@pytest.mark.parametrize("workflow, flags, status", [
    ("null", ["--exit-status"], 0), ("fails", ["--exit-status"], 2), ("fails", [], 0),
    ("idle", ["--exit-status"], 2)])
def test_a_watch_tells_how_the_run_ended(server, workflow, flags, status):
    made = begun(server, workflow)
    url = f"http://127.0.0.1:{server.port}"
    watch = subprocess.Popen(
        [str(binary()), "run", "watch", made, *flags, "--url", url, "--key", server.key],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
    assert json.loads(watch.stdout.readline())["kind"] == "run.created"
    if workflow == "idle":
        assert asks(server, "run", "cancel", made).returncode == 0
    rest, said = watch.stdout.read(), watch.stderr.read()
    assert watch.wait(timeout=20) == status, said
    assert json.loads(rest[rest.index("\n{\n"):])["id"] == made
    assert ("the run is " in said) == (status == 2)
