"""A command and its server part: what becomes of the process, the step and the stop."""

import pytest

from harness.server import Server
from harness.styles import ALL, NATIVE
from harness.waiting import until
from harness.workflows import Beats


@pytest.fixture
def server(tmp_path):
    beats = Beats(tmp_path)
    server = Server(tmp_path, "--workflows", str(beats.workflows)).start()
    server.beats = beats
    yield server
    server.close()


def begin(server, name):
    run = NATIVE.create(server.client, name)
    return run, server.beats.process(run.id)


def another(server, run, process):
    """The process of the next attempt, once it beats."""
    return server.beats.process(run.id, other_than=process)


def test_a_drain_ends_the_command_and_gives_the_step_back(server):
    run, process = begin(server, "polite")
    assert server.terminate() == 0
    assert process.is_gone
    server.start()
    another(server, run, process)
    [step] = server.client.get(f"/v1/runs/{run.id}")["steps"]
    assert step["state"] == "running" and step["error"] is None
    assert NATIVE.state(server.client, run) == "running"


def test_after_kill_9_the_command_is_found_and_the_step_runs_again(server):
    run, process = begin(server, "polite")
    server.kill()
    assert not process.is_gone
    server.start()
    until(lambda: process.is_gone, "the command of the lost attempt is gone")
    another(server, run, process)
    assert NATIVE.state(server.client, run) == "running"


@pytest.mark.parametrize("name", ["polite", "stubborn"])
@pytest.mark.parametrize("style", ALL, ids=lambda style: style.name)
def test_a_stop_answered_before_kill_9_reaches_the_command(server, workflow_id, style, name):
    client = server.client
    run = style.create(client, workflow_id(client, name))
    process = server.beats.process(run.id)
    assert style.stop(client, run).status == 200
    server.kill()
    server.start()
    until(lambda: process.is_gone, "the command is gone")
    client = server.client
    if style.deletes:
        assert NATIVE.get(client, run).status == 404
        assert client.get(f"/v1/runs/{run.id}/receipt")["stop"]["dialect"] == style.name
    else:
        until(lambda: NATIVE.state(client, run) == "cancelled", "the run is cancelled")
    size = process.size
    # No later attempt either: nothing writes to the folder any more.
    assert [path.stat().st_size for path in server.beats.beats.glob(f"{run.id}*[0-9]")] == [size]
