"""Measures stops, starts and looks per second beside what the machine does at best, in one table.

Each point is measured on a fresh copy of the same database, and again in each round; the table shows
medians. After a point of stops the server is killed, and every stop that was answered has to be in
the file. Grace is an hour, so that no stop is enforced while others are measured."""

import os
import pathlib
import platform
import shutil
import statistics
import sys
import time

from baselines import Nginx, group_commit
from fixture import Fixture, count_stops
from plain import ANSWER, growth, held_memory, plain_get
from server import Server, load

SMOKE = os.environ.get("BENCH_SMOKE", "") not in ("", "0")
RUNS = 2_000 if SMOKE else 100_000
SECONDS = 1 if SMOKE else 3
ROUNDS = 1 if SMOKE else 3
LEVELS = [1, 16, 64, 256]
ORDERS = ["created", "random"]
MAIN = 64
PLAIN_LEVELS = [64, 256]
HELD = 500 if SMOKE else 10_000
# Answers on one server, to see whether its memory grows; none unless asked for.
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "0"))
AIM = 25_000


class Bench:
    def __init__(self, program, work):
        self.program = program
        self.work = work
        # By the name of the measurement and, where it has one, its number of connections.
        self.found = {}

    def note(self, *place, value):
        self.found.setdefault(place, []).append(value)

    def median(self, *place):
        values = self.found.get(place)
        return statistics.median(values) if values else None

    def run(self):
        self.fixture = Fixture(self.program, self.work / "fixture", RUNS)
        for round_number in range(ROUNDS):
            self.start_up()
            for level in LEVELS:
                print(f"round {round_number + 1} of {ROUNDS}, {level} connections", file=sys.stderr)
                for order in ORDERS:
                    self.stops(level, order)
                    self.bare_database(level, order)
                self.bare_server(level)
            self.creates()
            self.gets()
            self.plain_gets()
        for name, path in (("idle", "/healthz"), ("stream", "/v1/events?follow=true")):
            bytes_each = held_memory(self.program, self.work / "empty", HELD, path)
            self.note(name, value=bytes_each)
        if REQUESTS:
            first, last = growth(self.program, self.work / "empty", REQUESTS)
            self.note("growth first", value=first)
            self.note("growth last", value=last)

    def start_up(self):
        folder = self.work / "empty"
        shutil.rmtree(folder, ignore_errors=True)
        Server(self.program, folder).end()
        with Server(self.program, folder) as server:
            self.note("ready empty", value=server.ready_ms)
            time.sleep(0.5)
            self.note("memory idle", value=server.resident_mb())
        with Server(self.program, self.fixture.copy("point")) as server:
            self.note("ready full", value=server.ready_ms)

    def stops(self, level, order):
        folder = self.fixture.copy("point")
        before = count_stops(folder)
        with Server(self.program, folder) as server:
            ids = self.fixture.ids_file(order)
            used = server.processor_seconds()
            result = load(["cancel", server.key, str(ids)], server.port, level, SECONDS)
            used = server.processor_seconds() - used
            if level == MAIN and order == "created":
                self.note("memory after", value=server.resident_mb())
            server.kill()
        kept = count_stops(folder) - before
        if kept < result["requests"]:
            raise SystemExit(f"bench: {result['requests']} stops answered, {kept} in the file")
        result["processor"] = used * 1e6 / result["requests"]
        for name in ("rate", "p50", "p99", "processor"):
            self.note("stops", order, name, level, value=result[name])

    def bare_database(self, level, order):
        rate = group_commit(self.fixture, self.fixture.copy("point"), order, level, SECONDS)
        self.note("sqlite", order, level, value=rate)

    def bare_server(self, level):
        if not Nginx.is_there():
            return
        with Nginx(self.work / "nginx", self.fixture.answer) as nginx:
            ids = self.fixture.ids_file("created")
            # Gets run through the ids again and again; to nginx all requests are alike.
            result = load(["get", "key", str(ids)], nginx.port, level, SECONDS)
        self.note("nginx", level, value=result["rate"])

    def creates(self):
        with Server(self.program, self.fixture.copy("point")) as server:
            result = load(["create", server.key], server.port, MAIN, SECONDS)
            server.kill()
        self.note("creates", value=result["rate"])

    def gets(self):
        with Server(self.program, self.fixture.copy("point")) as server:
            ids = self.fixture.ids_file("random")
            result = load(["get", server.key, str(ids)], server.port, MAIN, SECONDS)
        self.note("gets", value=result["rate"])

    def plain_gets(self):
        for level in PLAIN_LEVELS:
            with Server(self.program, self.work / "empty") as server:
                used = server.processor_seconds()
                rate, requests = plain_get(server.port, level, SECONDS)
                used = server.processor_seconds() - used
            self.note("plain", "rate", level, value=rate)
            self.note("plain", "processor", level, value=used * 1e6 / requests)
            if Nginx.is_there():
                with Nginx(self.work / "nginx", ANSWER) as nginx:
                    rate, _ = plain_get(nginx.port, level, SECONDS)
                self.note("plain", "nginx", level, value=rate)

    def row(self, title, cells, unit="{:,.0f}"):
        texts = ["-" if cell is None else unit.format(cell) for cell in cells]
        print(f"{title:<36}" + "".join(f"{text:>10}" for text in texts))

    def ratio(self, upper, lower):
        return upper / lower if upper and lower else None

    def table(self):
        cores = len(os.sched_getaffinity(0))
        print(
            f"\nsignalbox on {cores} cores, {platform.machine()}, Linux {platform.release()}: "
            f"{RUNS:,} running runs a point,\nat most {SECONDS} s each, median of {ROUNDS}; load "
            "generator on the same machine\n")
        self.row("connections", LEVELS)
        for order in ORDERS:
            title = {"created": "in creation order", "random": "in random order"}[order]
            rates = [self.median("stops", order, "rate", level) for level in LEVELS]
            self.row(f"stops/s, {title}", rates)
            for name in ("p50", "p99"):
                cells = [self.median("stops", order, name, level) for level in LEVELS]
                self.row(f"  {name}, ms", cells, "{:,.2f}")
            # Says more than the rate when the machine has other work.
            cells = [self.median("stops", order, "processor", level) for level in LEVELS]
            self.row("  server's processor time each, µs", cells)
            bare = [self.median("sqlite", order, level) for level in LEVELS]
            self.row("  bare SQLite, same rows/s", bare)
            self.row("  of bare SQLite", map(self.ratio, rates, bare), "{:.0%}")
            nginx = [self.median("nginx", level) for level in LEVELS]
            self.row("  of nginx return 200", map(self.ratio, rates, nginx), "{:.0%}")
        self.row("nginx return 200, 1 worker/s", nginx)
        if not Nginx.is_there():
            print("SKIPPED nginx columns: nginx is missing")
        print()
        self.row("connections", PLAIN_LEVELS)
        rates, used, bare = (
            [self.median("plain", name, level) for level in PLAIN_LEVELS]
            for name in ("rate", "processor", "nginx"))
        self.row("GET of a small answer/s", rates)
        self.row("  server's processor time each, µs", used, "{:,.1f}")
        self.row("  nginx return 200, the same/s", bare)
        self.row("  of nginx", map(self.ratio, rates, bare), "{:.0%}")
        print()
        for title, place, unit in (
            (f"an idle connection of {HELD:,}, bytes", "idle", "{:,.0f}"),
            (f"an event stream of {HELD:,}, bytes", "stream", "{:,.0f}"),
            (f"starts/s, {MAIN} connections", "creates", "{:,.0f}"),
            (f"looks at a run/s, {MAIN} connections", "gets", "{:,.0f}"),
            ("ready after, empty, ms", "ready empty", "{:,.0f}"),
            ("ready after, full, ms", "ready full", "{:,.0f}"),
            ("resident when idle, MB", "memory idle", "{:,.1f}"),
            (f"resident after stops at {MAIN}, MB", "memory after", "{:,.1f}"),
        ):
            self.row(title, [self.median(place)], unit)
        if REQUESTS:
            for count, place in ((REQUESTS // 1000, "first"), (REQUESTS, "last")):
                self.row(f"resident after {count:,}, MB", [self.median(f"growth {place}")], "{:,.1f}")
        rate = self.median("stops", "created", "rate", MAIN)
        verdict = "small runs, no verdict" if SMOKE else (
            "aim met" if rate >= AIM else "below the aim")
        print(f"\nbench: {rate:,.0f} stops/s at {MAIN} connections in creation order "
              f"(aim {AIM:,}: {verdict})")


def main():
    work = pathlib.Path(sys.argv[2]) / "run"
    work.mkdir(exist_ok=True)
    try:
        bench = Bench(sys.argv[1], work)
        bench.run()
        bench.table()
    finally:
        shutil.rmtree(work)


main()
