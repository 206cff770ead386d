"""One line per step: what is being done now, and how long it has taken."""

import shutil
import sys
import threading
import time
from types import TracebackType


class Step:
    """On a terminal a line that ticks; elsewhere (a log, CI) plain lines."""

    def __init__(self, title: str) -> None:
        self.title, self.detail, self.start = title, "", time.monotonic()
        self.live, self.over, self.width = sys.stdout.isatty(), threading.Event(), 0

    def __enter__(self) -> "Step":
        if self.live:
            self.ticker = threading.Thread(target=self._tick, daemon=True)
            self.ticker.start()
        else:
            print(f"- {self.title} ...", flush=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        if self.live:
            self.ticker.join()
        end = f"{'selesai' if kind is None else 'berhenti'}, {self._seconds()}"
        self._write(f"- {self.title}: {end}" if self.live else f"    {end}")
        if self.live:
            print(flush=True)

    def note(self, detail: str) -> None:
        """Say what the step is busy with."""
        self.detail = detail
        if not self.live:
            self._write(f"    {detail}")

    def _seconds(self) -> str:
        return f"{time.monotonic() - self.start:.1f} detik".replace(".", ",")

    def _tick(self) -> None:
        while not self.over.wait(0.5):
            line = f"- {self.title} ... {self._seconds()}  {self.detail}"
            self._write(line[: shutil.get_terminal_size().columns - 1])

    def _write(self, text: str) -> None:
        if not self.live:
            print(text, flush=True)
            return
        print("\r" + text.ljust(self.width), end="", flush=True)
        self.width = len(text)
