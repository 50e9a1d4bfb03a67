"""A worker that answers after the stop: heard as an acknowledgement, never as a result."""

import pytest

from harness.styles import NATIVE, Run
from harness.waiting import until


class Worker:
    """One claimed task of a fresh run of the workflow `worked`."""

    def __init__(self, server, workflow):
        self.server = server
        self.run = NATIVE.create(server.client, workflow)
        body = {"worker": "late", "queues": ["worked"]}
        def claim():
            return server.client.post("/v1/tasks/claim", body)["tasks"]
        [self.task] = until(claim, "the task is claimed")
        assert self.task["run"] == self.run.id

    def report(self, word, **body):
        lease = {"token": self.task["lease"]["token"]}
        return self.server.client.post(f"/v1/tasks/{self.task['task']}/{word}",
                                       {"lease": lease, **body})

    def cancel(self):
        answer = NATIVE.cancel(self.server.client, self.run)
        assert (answer.status, answer["state"]) == (200, "stopping"), answer

    @property
    def receipt(self):
        return self.server.client.get(f"/v1/runs/{self.run.id}/receipt").json

    @property
    def picture(self):
        """All that may be seen of the run: equal before and after means nothing changed."""
        client, path = self.server.client, f"/v1/runs/{self.run.id}"
        return [client.get(path + more).json for more in ("", "/receipt", "/events?limit=200")]


@pytest.fixture
def server(start, tmp_path):
    from harness.workflows import write
    folder = tmp_path / "workflows"
    folder.mkdir()
    write(folder, "worked", [{"name": "work", "queue": "worked"}], grace_s=60)
    return start("--workflows", str(folder))


RESULTS = [("complete", {"output": {"answer": 42}}), ("fail", {"error": "no"})]


@pytest.mark.parametrize("restarts", [False, True], ids=["", "across a restart"])
@pytest.mark.parametrize("word, body", RESULTS, ids=["complete", "fail"])
def test_a_result_during_the_stop_acknowledges_it(server, workflow_id, restarts, word, body):
    worker = Worker(server, workflow_id(server.client, "worked"))
    worker.cancel()
    if restarts:
        server.restart()
    answer = worker.report(word, **body)
    assert (answer.status, answer["code"]) == (409, "run_stopping"), answer
    receipt = worker.receipt
    assert (receipt["state"], receipt["how"]) == ("cancelled", "clean")
    [step] = receipt["steps"]
    assert (step["how"], step["late"]) == ("clean", True) and step["acknowledged_at"]
    assert server.client.get(f"/v1/runs/{worker.run.id}")["output"] is None


@pytest.mark.parametrize("restarts", [False, True], ids=["", "across a restart"])
def test_a_result_after_the_end_changes_nothing(server, workflow_id, restarts):
    worker = Worker(server, workflow_id(server.client, "worked"))
    worker.cancel()
    assert NATIVE.terminate(server.client, worker.run)["state"] == "cancelled"
    if restarts:
        server.restart()
    before = worker.picture
    for word, body in [*RESULTS, ("stopped", {}), ("heartbeat", {})]:
        answer = worker.report(word, **body)
        assert (answer.status, answer["code"]) == (409, "lease_lost"), (word, answer)
    assert worker.picture == before


def test_a_heartbeat_during_the_stop_says_so(server, workflow_id):
    worker = Worker(server, workflow_id(server.client, "worked"))
    assert worker.report("heartbeat")["stop"] is None
    worker.cancel()
    answer = worker.report("heartbeat")
    assert answer.status == 200 and answer["stop"]["mode"] == "cancel", answer
    assert answer["run_state"] == "stopping"
    answer = worker.report("stopped")
    assert (answer.status, answer["run_state"], answer["step_state"]) == (
        200, "cancelled", "cancelled"), answer
    assert worker.receipt["how"] == "clean"


def test_a_deleted_runs_worker_is_told_that_its_lease_is_lost(server, workflow_id):
    worker = Worker(server, workflow_id(server.client, "worked"))
    assert server.client.delete(f"/v1/runs/{worker.run.id}").status == 200
    for word, body in RESULTS:
        answer = worker.report(word, **body)
        assert (answer.status, answer["code"]) == (409, "lease_lost"), answer
    assert NATIVE.get(server.client, Run(worker.run.id, "")).status == 404
