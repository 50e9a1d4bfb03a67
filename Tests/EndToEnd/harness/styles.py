"""How each style creates, reads and stops a run, in its own words and nothing else."""

import urllib.parse
from dataclasses import dataclass

from harness.ids import base62, from_base62


@dataclass(frozen=True)
class Run:
    """A run and the workflow it follows, both by UUID."""

    id: str
    workflow: str
    session: str | None = None


class Style:
    name = ""
    # What GET says of a run: when a step goes on, and when it has been stopped for good.
    running, cancelled = "", ""
    # What GET may say at once after a cooperative stop.
    stopping = set()
    deletes = False

    def create(self, client, workflow):
        raise NotImplementedError

    def get(self, client, run):
        raise NotImplementedError

    def cancel(self, client, run):
        """The style's cooperative stop."""
        raise NotImplementedError

    def stop(self, client, run):
        """The operation that the vendor's page documents."""
        return self.cancel(client, run)

    def state(self, client, run):
        answer = self.get(client, run)
        assert answer.status == 200, (self.name, answer)
        return answer["status"]


class Native(Style):
    name, running, cancelled, stopping = "native", "running", "cancelled", {"stopping"}

    def create(self, client, workflow):
        answer = client.post("/v1/runs", {"workflow": workflow})
        assert answer.status == 201, answer
        return Run(answer["id"], workflow)

    def get(self, client, run):
        return client.get(f"/v1/runs/{run.id}")

    def cancel(self, client, run):
        return client.post(f"/v1/runs/{run.id}/cancel", {"reason": "enough"})

    def terminate(self, client, run):
        return client.post(f"/v1/runs/{run.id}/terminate", {"reason": "enough"})

    def state(self, client, run):
        answer = self.get(client, run)
        assert answer.status == 200, answer
        return answer["state"]


class Feather(Style):
    name, running, cancelled, deletes = "feather", "RUNNING", "CANCELLED", True

    def path(self, run, plural=""):
        return f"/api/v1/workflow/{run.workflow}/execution{plural}/{run.id}"

    def create(self, client, workflow):
        answer = client.post(
            f"/api/v1/workflow/{workflow}/execution",
            {"customerLeadId": "lead-1", "primaryPhone": "+15550100001"})
        assert answer.status == 201, answer
        return Run(answer["id"], workflow)

    def get(self, client, run):
        return client.get(self.path(run))

    def cancel(self, client, run):
        return client.post(self.path(run, "s") + "/cancel")

    def stop(self, client, run):
        return client.delete(self.path(run))


class Extend(Style):
    name, running, cancelled, stopping = "extend", "PROCESSING", "CANCELLED", {"CANCELLING"}
    deletes = True
    VERSION = {"x-extend-api-version": "2026-02-09"}

    def path(self, run):
        return f"/workflow_runs/workflow_run_{base62(run.id)}"

    def create(self, client, workflow):
        body = {"workflow": {"id": f"workflow_{base62(workflow)}"}, "file": {"text": "hello"}}
        answer = client.post("/workflow_runs", body, headers=self.VERSION)
        assert answer.status == 200, answer
        return Run(from_base62(answer["id"].removeprefix("workflow_run_")), workflow)

    def get(self, client, run):
        return client.get(self.path(run), headers=self.VERSION)

    def cancel(self, client, run):
        return client.post(self.path(run) + "/cancel", headers=self.VERSION)

    def stop(self, client, run):
        return client.delete(self.path(run), headers=self.VERSION)


class Wexa(Style):
    name, running, cancelled = "wexa", "running", "cancelled"

    def create(self, client, workflow):
        project = self.project(client)
        body = {"agentflow_id": workflow, "projectID": project, "goal": "go",
                "executed_by": "test", "input_variables": {}}
        answer = client.post(f"/execute_flow?projectID={project}", body)
        assert answer.status == 200, answer
        return Run(answer["execution_id"], workflow)

    def get(self, client, run):
        return client.get(f"/execute_flow/{run.id}")

    def cancel(self, client, run):
        return client.post(f"/execute_flow/{run.id}/cancel")

    def stop(self, client, run):
        project = self.project(client)
        return client.post(
            f"/execute_flow/{run.id}?projectID={project}",
            {"projectID": project, "execution_id": run.id})

    def project(self, client):
        return "default"


class Agno(Style):
    name, running, cancelled, stopping = "agno", "RUNNING", "CANCELLED", {"RUNNING"}
    FORM = {"Content-Type": "application/x-www-form-urlencoded"}

    def create(self, client, workflow):
        form = urllib.parse.urlencode(
            {"message": "go", "stream": "false", "background": "true", "session_id": "s-1"})
        answer = client.post(f"/workflows/{workflow}/runs", form.encode(), headers=self.FORM)
        assert answer.status == 202, answer
        return Run(answer["run_id"], workflow, answer["session_id"])

    def path(self, run):
        return f"/workflows/{run.workflow}/runs/{run.id}"

    def get(self, client, run):
        return client.get(f"{self.path(run)}?session_id={run.session or run.id}")

    def cancel(self, client, run):
        return client.post(self.path(run) + "/cancel")


class Kubiya(Style):
    name, running, cancelled = "kubiya", "running", "cancelled"

    def create(self, client, workflow):
        answer = client.post(f"/api/v1/agents/{workflow}/execute", {"prompt": "go"})
        assert answer.status == 200, answer
        return Run(answer["execution_id"], workflow)

    def path(self, run):
        return f"/api/v1/executions/{run.id}"

    def get(self, client, run):
        return client.get(self.path(run))

    def cancel(self, client, run):
        return client.post(self.path(run) + "/cancel")

    def stop(self, client, run):
        return client.post(self.path(run) + "/terminate", {"reason": "enough"})


NATIVE, FEATHER, EXTEND = Native(), Feather(), Extend()
WEXA, AGNO, KUBIYA = Wexa(), Agno(), Kubiya()
VENDORS = [FEATHER, EXTEND, WEXA, AGNO, KUBIYA]
ALL = [NATIVE, *VENDORS]
