"""The server under test, and what is asked of it outside of the measurements."""

import http.client
import json
import os
import pathlib
import subprocess
import time


class Server:
    """A running `signalbox serve` on a free port of loopback; ended with the block."""

    def __init__(self, program, data, *flags):
        self.data = pathlib.Path(data)
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [program, "serve", "--listen", "127.0.0.1:0", "--data", str(data),
             *flags],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.ready_ms = (time.perf_counter() - began) * 1000
        if "ready on" not in line:
            self.end()
            raise SystemExit(f"bench: the server did not start: {line!r}")
        self.port = int(line.rsplit(":", 1)[1])
        self.key = (self.data / "admin.key").read_text().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        """In good order; by force after half a minute."""
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        """At once, as a power cut of the process: what was answered has to be in the file."""
        self.process.kill()
        self.process.wait()

    def resident_mb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def processor_seconds(self):
        """What it has used so far, by itself and in the kernel."""
        text = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        fields = text.rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ask(self, method, path, body=None):
        """The answer's JSON and its bytes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(
            method, path, json.dumps(body) if body is not None else None,
            {"X-API-Key": self.key, "Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status >= 300:
            raise SystemExit(f"bench: {method} {path}: {answer.status} {content.decode()}")
        return json.loads(content), content


def load(program_arguments, port, connections, seconds):
    """One run of wrk. Returns requests per second, p50 and p99 in milliseconds."""
    here = pathlib.Path(__file__).parent
    output = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s",
         str(here / "load.lua"), f"http://127.0.0.1:{port}/", "--", *program_arguments],
        capture_output=True, text=True)
    line = next((line for line in output.stdout.splitlines() if line.startswith("RESULT ")), None)
    if line is None:
        raise SystemExit(f"bench: wrk failed: {output.stdout}{output.stderr}")
    result = json.loads(line.removeprefix("RESULT "))
    if result["refused"] or result["broken"]:
        raise SystemExit(f"bench: {result['refused']} refused, {result['broken']} broken requests")
    result["rate"] = result["requests"] / result["seconds"]
    return result
