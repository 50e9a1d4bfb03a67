"""Waiting for something to be so, never for luck."""

import time
from contextlib import contextmanager

POLL_S = 0.01
# Long enough for a slow and busy machine; nothing waits that long when all is well.
PATIENCE_S = 60.0
# The same where a look that the server takes by itself every 15 s must not hide that it was not
# woken.
WOKEN_S = 14.0


def until(condition, what, seconds=PATIENCE_S):
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
