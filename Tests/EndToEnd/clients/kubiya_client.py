"""Kubiya's own client: it has no service for executions, so its `make_request` sends them."""

import sys

from kubiya import ControlPlaneClient
from kubiya.core.exceptions import APIError, AuthenticationError

url, key, workflow = sys.argv[1:]
client = ControlPlaneClient(api_key=key, base_url=url)


def send(method, path, data=None):
    return client.make_request(method, f"/api/v1/{path}", data=data).json()


def refused(status, method, path, data=None):
    try:
        send(method, path, data)
    except APIError as error:
        assert error.status_code == status, error
    else:
        raise AssertionError(f"{method} {path} was not refused")


made = send("POST", f"agents/{workflow}/execute", {"prompt": "go"})
run = made["execution_id"]
assert made["status"] == "PENDING" and made["workflow_id"] == f"agent-execution-{run}"
assert send("GET", f"executions/{run}")["status"] in ("pending", "running")
assert run in [row["id"] for row in send("GET", "executions?limit=1000")]
ended = send("POST", f"executions/{made['workflow_id']}/terminate", {"reason": "enough"})
assert ended["success"] is True and ended["workflow_id"] == made["workflow_id"]
assert send("GET", f"executions/{run}")["status"] == "cancelled"
refused(400, "POST", f"executions/{run}/terminate", {"reason": "again"})
refused(422, "POST", f"executions/{run}/terminate", {})
refused(404, "POST", "executions/nonsense/terminate", {"reason": "x"})

try:
    ControlPlaneClient(api_key="nonsense", base_url=url).make_request("GET", "/api/v1/executions")
except AuthenticationError:
    pass
else:
    raise AssertionError("a wrong key was taken")
print("done", run)
