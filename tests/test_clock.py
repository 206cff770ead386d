"""The time of an answer: what it worked and slept counts, waiting for a processor of a busy machine doesn't."""

import pytest

from jejak.watch import clock


class Machine:
    """A process that gets `share` of a processor while it runs, and nothing while it sleeps."""

    def __init__(self, monkeypatch, status, share):
        self.now, self.worked, self.state, self.share = 100.0, 3.0, status, share
        monkeypatch.setattr(clock.time, "monotonic", lambda: self.now)

    def status(self):
        return self.state

    def cpu_times(self):
        return (self.worked / 2, self.worked / 2, 0.0)

    def until_late(self, seconds):
        watch, start = clock.Clock(self, seconds), self.now
        while not watch.late():
            self.now += 0.125
            self.worked += 0.125 * self.share
        return self.now - start


@pytest.mark.parametrize(
    ("status", "share", "wall"),
    [
        ("running", 1.0, 20), ("running", 0.25, 80), ("running", 0.01, 120), ("running", 4.0, 20),
        ("sleeping", 0.0, 20), ("disk-sleep", 0.0, 20),
    ],
)
def test_only_waiting_for_a_processor_is_free(monkeypatch, status, share, wall):
    assert Machine(monkeypatch, status, share).until_late(20) == pytest.approx(wall, abs=0.6)
