"""Extend's own client: create, retrieve, list, cancel, delete, and its exceptions."""

import sys

from extend_ai import Extend
from extend_ai.core.api_error import ApiError
from extend_ai.errors import BadRequestError, NotFoundError, UnauthorizedError

url, key, workflow = sys.argv[1:]
client = Extend(token=key, base_url=url)
runs = client.workflow_runs


def create():
    return runs.create(workflow={"id": workflow}, file={"text": "hello", "name": "a.txt"},
                       metadata={"from": "test"})


def refused(kind, call):
    try:
        call()
    except kind as error:
        return error.body
    raise AssertionError(f"no {kind.__name__}")


made = create()
assert made.object == "workflow_run" and made.status in ("PENDING", "PROCESSING"), made
assert made.metadata == {"from": "test"} and made.workflow.id == workflow
assert runs.retrieve(made.id).id == made.id
assert made.id in [run.id for run in runs.list(workflow_id=workflow, max_page_size=100).data]

cancelled = runs.cancel(made.id)
assert cancelled.status in ("CANCELLING", "CANCELLED"), cancelled.status
body = refused(BadRequestError, lambda: runs.cancel(made.id))
assert body["code"] == "INVALID_REQUEST" and body["retryable"] is False, body

other = create()
assert runs.delete(other.id).id == other.id
assert refused(NotFoundError, lambda: runs.retrieve(other.id))["code"] == "NOT_FOUND"
refused(NotFoundError, lambda: runs.delete(other.id))

stranger = Extend(token="nonsense", base_url=url)
assert refused(UnauthorizedError, lambda: stranger.workflow_runs.list())["code"] == "UNAUTHORIZED"
assert issubclass(NotFoundError, ApiError)
print("done", made.id)
