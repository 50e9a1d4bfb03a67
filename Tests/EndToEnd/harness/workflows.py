"""The workflow files of the tests, and the processes that their commands start."""

import json
from pathlib import Path

from harness.waiting import until

# Every beat is one more line, so a file that grows is a process that lives. The task's name keeps
# the files of several runs apart.
BEAT = 'echo $$ > "{beats}/$SIGNALBOX_TASK.pid"; ' \
    'while :; do echo . >> "{beats}/$SIGNALBOX_TASK"; sleep 0.02; done'


def write(folder, name, steps, **more):
    """Puts one workflow file into the folder."""
    document = {"name": name, "steps": steps, **more}
    (Path(folder) / f"{name}.json").write_text(json.dumps(document))


class Beats:
    """The folder in which commands beat."""

    # Of the stubborn ones, and of the polite ones.
    GRACE_S, LONG_GRACE_S = 1, 60

    def __init__(self, folder):
        self.beats = Path(folder) / "beats"
        self.workflows = Path(folder) / "workflows"
        self.beats.mkdir()
        self.workflows.mkdir()
        beat = BEAT.format(beats=self.beats)
        self._workflow("polite", beat, self.LONG_GRACE_S)
        self._workflow("stubborn", f"trap '' TERM; {beat}", self.GRACE_S)

    def _workflow(self, name, script, grace_s):
        step = {"name": "beat", "command": ["/bin/sh", "-c", script]}
        write(self.workflows, name, [step], grace_s=grace_s)

    def process(self, run, other_than=None):
        """The process of a run, once it has begun to beat; not that of an earlier attempt."""
        def started():
            for pid in self.beats.glob(f"{run}*.pid"):
                text = pid.read_text().strip()
                file = pid.with_suffix("")
                if other_than is not None and text == str(other_than.pid):
                    continue
                if text and file.exists() and file.stat().st_size >= 4:
                    return Process(int(text), file)
            return None
        return until(started, f"the command of {run} beats")


class Process:
    """The leader of a command's process group, and the file it writes to."""

    def __init__(self, pid, file):
        self.pid, self.file = pid, file

    @property
    def is_gone(self):
        """Nothing of the group runs any more, and the leader was reaped.

        A grandchild that ended is no longer the server's: whether anybody reaps it is up to the
        first process of the machine.
        """
        return not Path(f"/proc/{self.pid}").exists() and not self.members

    @property
    def members(self):
        """What of the group still runs: process id, parent, state, command."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                text = (entry / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            name, rest = text.rsplit(")", 1)
            state, parent, group = rest.split()[:3]
            if int(group) == self.pid and state not in "ZX":
                found.append((entry.name, parent, state, name))
        return found

    @property
    def size(self):
        return self.file.stat().st_size
