"""Requests that others wrote or that a fuzzer found, over a socket: send, half-close, read."""

import base64
import json
import tarfile

import pytest

from harness.process import sockets
from harness.octets import Malformed, answers, exchange
from harness.server import ROOT
from harness.waiting import at_most, until

CORPORA = ROOT.parent / "shared/http-corpus"
# Less than the server gives a head.
CASE_S = 9.0
# 501 and 505 are what the protocol wants for a method, a coding or a version we do not have.
FAILURES_ALLOWED = {501, 505}

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="../shared/http-corpus is not there")


def check(port, name, data):
    """What came is nothing or valid answers, in time. Which of them are to HEAD is not known
    here, so an answer may also be one without its body."""
    with at_most(CASE_S, name):
        received, _ = exchange(port, data, seconds=CASE_S)
    try:
        found = answers(received)
    except Malformed as first:
        try:
            found = answers(received, heads=frozenset(range(len(data))))
        except Malformed:
            raise AssertionError(f"{name}: {first}: {received[:300]!r}") from None
    for status, _, _ in found:
        assert status < 500 or status in FAILURES_ALLOWED, (name, status)
    return found


def test_the_corpus_of_a_fuzzer_does_no_harm(start):
    server = start()
    before = sockets(server.process.pid)
    with tarfile.open(CORPORA / "h2o-http1-fuzz.tar.gz") as archive:
        files = [member for member in archive if member.isfile()]
        assert len(files) == 1972
        for member in files:
            check(server.port, member.name, archive.extractfile(member).read())
    still_serves(server, before)


def test_no_more_good_answers_than_messages(start):
    server = start()
    before = sockets(server.process.pid)
    for line in (CORPORA / "llhttp-requests.jsonl").read_text().splitlines():
        case = json.loads(line)
        found = check(server.port, case["name"], base64.b64decode(case["bytes"]))
        if case["outcome"] == "reject":
            good = sum(status < 400 for status, _, _ in found)
            assert good <= case["messages"], (case["name"], found)
    still_serves(server, before)


def still_serves(server, sockets_before):
    assert server.process.poll() is None, server.log_tail()
    assert server.client.get("/v1/runs").status == 200
    until(lambda: sockets(server.process.pid) <= sockets_before, "the sockets are back")
