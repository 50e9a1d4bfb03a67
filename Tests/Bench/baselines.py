"""What the same machine does at best: an HTTP server that does nothing, a database without one."""

import os
import pathlib
import random
import shutil
import socket
import sqlite3
import subprocess
import time

CONFIGURATION = """
worker_processes 1; daemon off; {user} pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off; keepalive_requests 1000000000;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{ default_type application/json; return 200 '{answer}'; }}
    }}
}}
"""


class Nginx:
    """One worker that answers everything with 200 and the same body; ended with the block."""

    def __init__(self, folder, answer):
        folder = pathlib.Path(folder)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self.port = free_port()
        text = answer.decode().replace("'", "").replace("$", "").replace("\\", "")
        configuration = folder / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(
            folder=folder, port=self.port, answer=text,
            user="user root;" if os.geteuid() == 0 else ""))
        self.process = subprocess.Popen(
            ["nginx", "-p", str(folder), "-c", str(configuration)], stderr=subprocess.DEVNULL)
        wait_for(self.port)

    @staticmethod
    def is_there():
        return shutil.which("nginx") is not None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def group_commit(fixture, folder, order, batch, seconds):
    """Writes the rows of one stop after another, so many to a commit, as fast as SQLite takes them.
    Returns stops per second."""
    db = sqlite3.connect(folder / "signalbox.db", isolation_level=None)
    for setting in ["synchronous = FULL", "cache_size = -32000", "wal_autocheckpoint = 1000"]:
        db.execute(f"PRAGMA {setting}")
    numbers = list(fixture.numbers)
    if order == "random":
        random.Random(3).shuffle(numbers)
    writes = statements(fixture.stop_writes)
    event = db.execute("SELECT max(n) FROM event").fetchone()[0] + 1
    done = 0
    began = time.perf_counter()
    while done < len(numbers) and time.perf_counter() - began < seconds:
        runs = numbers[done:done + batch]
        db.execute("BEGIN IMMEDIATE")
        for text, values, needs_number in writes:
            if needs_number:
                db.executemany(text, [(*values, n, event + i) for i, n in enumerate(runs)])
                event += len(runs)
            else:
                db.executemany(text, [(*values, n) for n in runs])
        db.execute("COMMIT")
        done += len(runs)
    rate = done / (time.perf_counter() - began)
    db.close()
    return rate


def statements(writes):
    """Each statement of a stop: its text, its values before the run's number, and whether a new
    number of an event follows that."""
    result = []
    for table, column in (("run", "n"), ("task", "run_n")):
        changed = writes[table]
        if changed:
            sets = ", ".join(f"{name} = ?" for name in changed)
            result.append(
                (f"UPDATE {table} SET {sets} WHERE {column} = ?", list(changed.values()), False))
    for row in writes["event"]:
        rest = {name: value for name, value in row.items() if name not in ("n", "run_n")}
        names = ", ".join([*rest, "run_n", "n"])
        places = ", ".join("?" * (len(rest) + 2))
        result.append(
            (f"INSERT INTO event({names}) VALUES ({places})", list(rest.values()), True))
    return result


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("bench: nginx did not start")
