"""Wexa's own client: start, get by both ids, pause, resume, cancel, list."""

import sys

from wexa_sdk import WexaClient

url, key, workflow = sys.argv[1:]
client = WexaClient(base_url=url, api_key=key)
executions = client.executions

made = executions.start(
    {"agentflow_id": workflow, "projectID": "default", "goal": "go", "executed_by": "sdk@test",
     "input_variables": {"a": 1}}, projectID="default")
assert made["status"] == "ready" and made["input_variables"] == {"a": 1}, made
run = made["execution_id"]
for name in (run, made["_id"]):
    assert executions.get(name)["execution_id"] == run
assert executions.pause(run) == {"execution_id": run, "status": "paused"}
assert executions.resume(run) == {"execution_id": run, "status": "running"}
for _ in range(2):
    # The second is a repeat: the client itself sends one after a lost answer.
    assert executions.cancel(run) == {"execution_id": run, "status": "cancelled"}
assert executions.get(run)["status"] == "cancelled"
listed = executions.list("default")
assert run in str(listed), listed

for call in (lambda: executions.resume(run), lambda: executions.get("nonsense")):
    try:
        call()
    except Exception as error:
        assert getattr(error, "status", None) in (404, 409, None), error
    else:
        raise AssertionError("no error")
print("done", run)
