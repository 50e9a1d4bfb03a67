"""Waiting for something to be so, never for luck."""

import time
from contextlib import contextmanager

POLL_S = 0.01


def until(condition, what, seconds=10.0):
    """The first truthy answer of `condition`; fails with `what` when the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(POLL_S)


@contextmanager
def at_most(seconds, what):
    """Fails when the block takes longer."""
    start = time.monotonic()
    yield
    taken = time.monotonic() - start
    assert taken <= seconds, f"{what} took {taken:.2f} s, at most {seconds} s"
