"""Databases full of running runs, made by copying the rows of one real run.

The server makes one run whose task a worker holds, and stops. Its rows are then copied as often as
wanted, so this file knows the names of a few columns and nothing else of the schema."""

import pathlib
import random
import shutil
import sqlite3
import time

from server import Server

# The tables that hold the rows of a run, and the column that names it.
TABLES = {"run": "n", "run_data": "run_n", "task": "run_n", "event": "run_n"}
HOUR_MS = 3_600_000


class Fixture:
    """A data folder with so many running runs, and what one stop writes."""

    def __init__(self, program, folder, count):
        self.folder = pathlib.Path(folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.template, probe = self._make_runs(program)
        before = self._rows(probe)
        with Server(program, self.folder) as server:
            _, self.answer = server.ask("POST", f"/v1/runs/{probe}/cancel", {})
        self.stop_writes = difference(before, self._rows(probe))
        self._copy(count)

    def copy(self, name):
        """A fresh copy of the data folder, for one measurement."""
        target = self.folder.with_name(name)
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.folder, target)
        return target

    def ids_file(self, order):
        return self.folder.with_name(f"ids-{order}.txt")

    def _make_runs(self, program):
        with Server(program, self.folder) as server:
            server.ask("POST", "/v1/workflows", {
                "name": "bench", "grace_s": 3600, "steps": [{"name": "work", "queue": "bench"}]})
            ids = []
            for _ in range(2):
                run, _ = server.ask("POST", "/v1/runs", {"workflow": "bench", "input": {}})
                claim = {"worker": "bench", "queues": ["bench"], "wait_s": 10}
                tasks, _ = server.ask("POST", "/v1/tasks/claim", claim)
                assert tasks["tasks"][0]["run"] == run["id"]
                ids.append(run["id"])
        return ids

    def _open(self):
        db = sqlite3.connect(self.folder / "signalbox.db", isolation_level=None)
        db.row_factory = sqlite3.Row
        return db

    def _rows(self, run):
        """All rows of a run, by table."""
        db = self._open()
        number = db.execute("SELECT n FROM run WHERE id = ?", [identifier(run)]).fetchone()["n"]
        rows = {
            table: [dict(row) for row in db.execute(
                f"SELECT * FROM {table} WHERE {column} = ? ORDER BY rowid"
                if table != "task" else f"SELECT * FROM {table} WHERE {column} = ?", [number])]
            for table, column in TABLES.items()
        }
        db.close()
        return rows

    def _copy(self, count):
        rows = self._rows(self.template)
        db = self._open()
        db.execute("PRAGMA synchronous = OFF")
        first = db.execute("SELECT max(n) FROM run").fetchone()[0] + 1
        event = db.execute("SELECT max(n) FROM event").fetchone()[0] + 1
        ids = make_ids(count)
        self.numbers = range(first, first + count)
        now = int(time.time() * 1000)
        changes = {
            "run": lambda i, _: {"n": first + i, "id": ids[i]},
            "run_data": lambda i, _: {"run_n": first + i},
            # Nobody sends heartbeats: no lease may end while stops are measured.
            "task": lambda i, _: {"run_n": first + i, "lease_expires_at": now + 24 * HOUR_MS},
            "event": lambda i, k: {
                "run_n": first + i, "n": event + i * len(rows["event"]) + k},
        }
        db.execute("BEGIN")
        for table, change in changes.items():
            insert(db, table, (
                row | change(i, k) for i in range(count) for k, row in enumerate(rows[table])))
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        texts = [text_of(value) for value in ids]
        self.ids_file("created").write_text("\n".join(texts) + "\n")
        random.Random(2).shuffle(texts)
        self.ids_file("random").write_text("\n".join(texts) + "\n")


def insert(db, table, rows):
    names = [row["name"] for row in db.execute(f"PRAGMA table_info({table})")]
    places = ", ".join("?" * len(names))
    db.executemany(
        f"INSERT INTO {table}({', '.join(names)}) VALUES ({places})",
        ([row[name] for name in names] for row in rows))


def difference(before, after):
    """What a stop wrote: changed columns of the run, changed columns of its task, new events."""
    def changed(table):
        old, new = before[table][0], after[table][0]
        return {name: new[name] for name in new if new[name] != old[name]}

    task = changed("task")
    # Each start of the server gives leases their full length.
    task.pop("lease_expires_at", None)
    return {"run": changed("run"), "task": task, "event": after["event"][len(before["event"]):]}


def make_ids(count):
    """UUIDs of version 7, one a millisecond, ending now."""
    chance = random.Random(1)
    start = int(time.time() * 1000) - count
    return [
        (start + i).to_bytes(6, "big")
        + (0x7000 | chance.getrandbits(12)).to_bytes(2, "big")
        + (1 << 63 | chance.getrandbits(62)).to_bytes(8, "big")
        for i in range(count)
    ]


def text_of(value):
    digits = value.hex()
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])


def identifier(text):
    return bytes.fromhex(text.replace("-", ""))


def count_stops(folder):
    """Stops that are in the file."""
    db = sqlite3.connect(pathlib.Path(folder) / "signalbox.db")
    count = db.execute("SELECT count(*) FROM run WHERE stop_at IS NOT NULL").fetchone()[0]
    db.close()
    return count
