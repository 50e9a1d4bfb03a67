"""Fixtures of the end-to-end tests: a binary that is there, and servers that are ended again."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from harness.server import Server, binary  # noqa: E402
from harness.workflows import Beats, write  # noqa: E402


def pytest_collection_modifyitems(items):
    if binary() is None:
        reason = "no signalbox binary: build it, or name it in SIGNALBOX_BINARY"
        for item in items:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def start(tmp_path):
    """Starts servers, each on a data folder of its own; ends them after the test."""
    servers = []

    def start(*flags, name="one", env=None):
        folder = tmp_path / name
        folder.mkdir()
        servers.append(Server(folder, *flags, env=env))
        return servers[-1].start()

    yield start
    for server in servers:
        server.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One server for a module of tests that leave each other alone, with the workflows they use."""
    folder = tmp_path_factory.mktemp("shared")
    workflows = folder / "workflows"
    workflows.mkdir()
    write(workflows, "idle", [{"name": "work", "queue": "nobody"}])
    write(workflows, "timer", [{"name": "wait", "sleep_s": 600}])
    write(workflows, "worked", [{"name": "work", "queue": "worked"}], grace_s=60)
    write(workflows, "ask", [{"name": "ask", "approval": "Go on?"}])
    server = Server(folder, "--workflows", str(workflows)).start()
    yield server
    server.close()


@pytest.fixture(scope="module")
def beating(tmp_path_factory):
    """A server whose commands beat, and the folder they beat in."""
    folder = tmp_path_factory.mktemp("beating")
    beats = Beats(folder)
    server = Server(folder, "--workflows", str(beats.workflows)).start()
    server.beats = beats
    yield server
    server.close()


@pytest.fixture
def workflow_id():
    """The UUID of a workflow by its name."""
    def find(client, name):
        answer = client.get(f"/v1/workflows/{name}")
        assert answer.status == 200, answer
        return answer["id"]
    return find


def pytest_terminal_summary(terminalreporter):
    """One line that says it all, where a log is searched for such lines."""
    counts = {word: len(terminalreporter.getreports(word))
              for word in ("passed", "failed", "error", "skipped")}
    said = ", ".join(f"{count} {word}" for word, count in counts.items())
    terminalreporter.write_line(f"Ran {sum(counts.values())} tests end to end: {said}")
