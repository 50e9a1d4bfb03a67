"""Callers that start, stop, delete and finish runs until the server dies under them, and remember
what was acknowledged."""

import http.client
import random
import threading

from harness.styles import AGNO, ALL, KUBIYA, NATIVE, Run

# A connection that broke: the operation may be in force or not, both are honest.
BROKEN = (OSError, http.client.HTTPException, ValueError)
ENDED = {"succeeded", "failed", "cancelled"}


class Ledger:
    """What was acknowledged of each run, and the furthest that it was ever seen."""

    def __init__(self):
        self.lock = threading.Lock()
        self.runs = {}
        self.stopped, self.deleted, self.completed = set(), set(), set()
        # Deletes that were sent and never answered: the run may be there or not.
        self.uncertain = set()
        self.seen = {}

    def note(self, group, run_id):
        with self.lock:
            group.add(run_id)

    def start(self, run):
        with self.lock:
            self.runs[run.id] = run

    def has_more_than(self, count):
        """Whether so many of each operation were acknowledged."""
        return min(map(len, (self.stopped, self.deleted, self.completed))) > count

    def any_run(self):
        with self.lock:
            left = [run for id, run in self.runs.items() if id not in self.deleted]
        return random.choice(left[-60:]) if left else None


class Caller(threading.Thread):
    """One caller; ends when its server is gone."""

    def __init__(self, client, workflows, ledger):
        super().__init__(daemon=True)
        self.client, self.workflows, self.ledger = client, workflows, ledger
        self.surprises = []

    def run(self):
        actions = [self.begin, self.begin, self.stop, self.stop, self.delete, self.work]
        try:
            while True:
                random.choice(actions)()
        except BROKEN:
            return
        except AssertionError as surprise:
            # An answer that nobody expects, not a server that is gone.
            self.surprises.append(surprise)

    def begin(self):
        style = random.choice(ALL)
        self.ledger.start(style.create(self.client, random.choice(self.workflows)))

    def stop(self):
        if run := self.ledger.any_run():
            style = random.choice(ALL)
            answer = style.cancel(self.client, run)
            assert answer.status in (200, 400, 404, 409), answer
            if answer.status == 200 and says_stopped(style, answer):
                self.ledger.note(self.ledger.stopped, run.id)

    def delete(self):
        if (run := self.ledger.any_run()) and random.random() < 0.3:
            self.ledger.note(self.ledger.uncertain, run.id)
            style = random.choice([style for style in ALL if style.deletes])
            if style.stop(self.client, run).status in (200, 404):
                self.ledger.note(self.ledger.deleted, run.id)

    def work(self):
        """Claims a task and completes it, also when its run has been stopped meanwhile."""
        claim = {"worker": self.name, "queues": ["crash"], "max": 2}
        for task in self.client.post("/v1/tasks/claim", claim)["tasks"]:
            body = {"lease": {"token": task["lease"]["token"]}, "output": 1}
            answer = self.client.post(f"/v1/tasks/{task['task']}/complete", body)
            if answer.status == 200:
                self.ledger.note(self.ledger.completed, task["run"])


def says_stopped(style, answer):
    """Whether a 200 means that the run is stopped, now or before."""
    if style is KUBIYA:
        return answer["success"] or answer["status"] == "cancelled"
    # Agno answers the same for a run that had ended in another way.
    return style is not AGNO


def check(client, ledger, runs=None):
    """Every acknowledged operation is in force, and no run went back from where it was seen."""
    for id in list(ledger.runs) if runs is None else runs:
        answer = NATIVE.get(client, Run(id, ""))
        if id in ledger.deleted:
            assert answer.status == 404, ("deleted, and back", id, answer)
            receipt = client.get(f"/v1/runs/{id}/receipt")
            assert receipt.status == 200 and receipt["deleted"] is True, (id, receipt)
            continue
        if answer.status == 404 and id in ledger.uncertain:
            ledger.deleted.add(id)
            continue
        assert answer.status == 200, ("started, and lost", id, answer)
        state = answer["state"]
        if id in ledger.stopped:
            assert state in ("stopping", "cancelled"), ("stopped, and not", id, answer)
        elif id in ledger.completed:
            assert state in ("succeeded", "stopping", "cancelled"), ("done, and not", id, answer)
        before = ledger.seen.get(id)
        assert before not in ENDED or before == state, ("left its end", id, before, answer)
        ledger.seen[id] = state
