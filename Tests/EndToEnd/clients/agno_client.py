"""Agno's own client: list, get, run to its end, and cancel a run that goes on."""

import asyncio
import json
import sys
import urllib.parse
import urllib.request

from agno.client import AgentOSClient

url, key, workflow = sys.argv[1:]
headers = {"Authorization": f"Bearer {key}"}


def begin():
    """The client itself always waits for the end; a run that goes on is made beside it."""
    form = urllib.parse.urlencode({"message": "go", "stream": "false", "background": "true"})
    request = urllib.request.Request(
        f"{url}/workflows/{workflow}/runs", data=form.encode(), headers=headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


async def main():
    client = AgentOSClient(base_url=url)
    listed = await client.list_workflows(headers=headers)
    assert workflow in [item.id for item in listed], listed
    assert (await client.aget_workflow(workflow, headers=headers)).id == workflow

    made = begin()
    for _ in range(2):
        assert await client.cancel_workflow_run(workflow, made["run_id"], headers=headers) is None

    for wrong in ({}, {"Authorization": "Bearer nonsense"}):
        try:
            await client.list_workflows(headers=wrong)
        except Exception as error:
            assert "401" in str(error), error
        else:
            raise AssertionError("a stranger was let in")
    print("done", made["run_id"])


asyncio.run(main())
