"""The vendors' own clients against the real binary, each in a process with its own packages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.ids import base62, from_base62
from harness.styles import NATIVE, Run
from harness.waiting import until

HERE = Path(__file__).parent
KITS = Path(os.environ.get("END_TO_END_KITS", HERE / "../../.build/end-to-end/kits"))

# The package, the module that has to be there, and how the client names a workflow.
CLIENTS = {
    "extend-ai": ("extend_ai", "extend", lambda id: f"workflow_{base62(id)}"),
    "wexa-sdk-public": ("wexa_sdk", "wexa", lambda id: id),
    "kubiya-sdk": ("kubiya", "kubiya", lambda id: id),
    "agno": ("agno", "agno", lambda id: id),
}


@pytest.mark.parametrize("package", CLIENTS)
def test_the_vendors_client_works_unmodified(shared, workflow_id, package):
    module, style, name = CLIENTS[package]
    kit = (KITS / package).resolve()
    if not (kit / module).is_dir():
        pytest.skip(f"{package} is not installed")
    client = shared.client
    workflow = workflow_id(client, "timer")
    ended = subprocess.run(
        [sys.executable, str(HERE / f"clients/{style}_client.py"),
         f"http://127.0.0.1:{shared.port}", shared.key, name(workflow)],
        capture_output=True, text=True, timeout=120,
        env=os.environ | {"PYTHONPATH": str(kit), "PYTHONDONTWRITEBYTECODE": "1"})
    assert ended.returncode == 0, ended.stderr[-3000:]
    word, run = ended.stdout.split()[-2:]
    assert word == "done"
    run = run.removeprefix("workflow_run_")
    if style == "extend":
        run = from_base62(run)
    until(lambda: NATIVE.state(client, Run(run, workflow)) == "cancelled", "it is cancelled")
    assert client.get(f"/v1/runs/{run}/receipt")["stop"]["dialect"] == style
