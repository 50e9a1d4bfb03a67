"""The real binary as a process: started, killed, started again on the same data."""

import os
import queue
import re
import signal
import subprocess
import threading
from pathlib import Path

from harness.http import Client
from harness.waiting import PATIENCE_S

ROOT = Path(__file__).resolve().parents[3]
READY = re.compile(r"signalbox ready on (?:http://127\.0\.0\.1:(\d+)|unix:.+)\n")


def binary():
    """The path in SIGNALBOX_BINARY, else the release build, else the debug build."""
    named = os.environ.get("SIGNALBOX_BINARY")
    candidates = [Path(named)] if named else [
        ROOT / ".build/release/signalbox", ROOT / ".build/debug/signalbox"]
    return next((path.resolve() for path in candidates if path.is_file()), None)


def environment(**more):
    """Ours, without the settings that a developer may have in his own."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("SIGNALBOX_")}
    return inherited | more


class Server:
    """One data folder and the processes that serve it, one after the other."""

    def __init__(self, folder, *flags, env=None, place="127.0.0.1:0"):
        self.folder = Path(folder)
        self.env = env or {}
        self.data = self.folder / "data"
        self.flags = list(flags)
        self.place = place
        self.process = None
        self.port = None

    @property
    def key(self):
        return (self.data / "admin.key").read_text().strip()

    @property
    def client(self):
        return Client(self.port, self.key)

    def spawn(self):
        """Starts the process and does not wait for it."""
        command = [str(binary()), "serve", "--listen", self.place, "--data", str(self.data)]
        log = open(self.folder / "server.log", "ab")
        with log:
            self.process = subprocess.Popen(
                command + self.flags, stdout=subprocess.PIPE, stderr=log,
                stdin=subprocess.DEVNULL, env=environment(**self.env), cwd=self.folder)
        self._lines = queue.Queue()
        threading.Thread(
            target=self._drain, args=(self.process.stdout, self._lines), daemon=True).start()
        return self

    @staticmethod
    def _drain(stream, lines):
        with stream:
            for line in stream:
                lines.put(line.decode(errors="replace"))
        lines.put(None)

    def ready(self):
        """Waits for the ready line, which has to be the first."""
        try:
            line = self._lines.get(timeout=PATIENCE_S)
        except queue.Empty:
            raise AssertionError(f"no ready line within {PATIENCE_S} s; {self.log_tail()}") from None
        match = READY.match(line or "")
        assert match, f"the first line is {line!r}; {self.log_tail()}"
        self.port = int(match.group(1)) if match.group(1) else None
        return self

    def line(self):
        """The next line of standard output."""
        return self._lines.get(timeout=PATIENCE_S) or ""

    def start(self):
        return self.spawn().ready()

    def kill(self):
        """kill -9: nothing of the process runs any more when this returns."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=PATIENCE_S)

    def restart(self):
        self.kill()
        return self.start()

    def terminate(self, seconds=PATIENCE_S):
        """SIGTERM; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=seconds)

    def close(self):
        if self.process and self.process.poll() is None:
            try:
                self.terminate()
            except subprocess.TimeoutExpired:
                self.kill()

    def log_tail(self):
        log = self.folder / "server.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""


def run(*arguments, env=None, seconds=PATIENCE_S):
    """Runs the binary to its end."""
    return subprocess.run(
        [str(binary()), *arguments], capture_output=True, text=True, timeout=seconds,
        env=env if env is not None else environment(), stdin=subprocess.DEVNULL)
