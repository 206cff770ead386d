"""`python -m kelas.proof`: twenty learners on a hub on loopback; as root, by the Python of the hub's environment."""

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Sequence
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

from kelas.proof.accounts import Account, guarded, listening, make_accounts, ours, processes_of, signal_all
from kelas.proof.hub import Hub, start_hub
from kelas.proof.isolation import leaks
from kelas.proof.learner import Learner
from kelas.proof.memory import memory_of, pss
from kelas.proof.work import LESSON, SECRET, STATUS, Done, cells_of, open_menu, study

LIMIT = 285.0  # seconds for everything between the accounts and the cleaning
KERNELS = 2  # of a learner: lesson 00 and a Latihan


class Report(NamedTuple):
    """What is printed, and what was not as it must be."""

    lines: tuple[str, ...]
    faults: tuple[str, ...]


async def together(works: Sequence[Awaitable[Any]]) -> list[Any]:
    return list(await asyncio.gather(*works))


async def kill_and_return(learner: Learner) -> tuple[float, str]:
    """Kill the server of a learner; seconds until it is back, and what of the work is missing."""
    began = time.monotonic()
    signal_all(processes_of({learner.account.uid}), signal.SIGKILL)
    await learner.start()
    seconds = time.monotonic() - began
    notebook = await learner.open(LESSON)
    kept = any("tebakan = 24" in cell["source"] for cell in cells_of(notebook))
    [result] = await learner.run(await learner.kernel(LESSON), ["print(6 * 7)"])
    return seconds, "" if kept and result.text.strip() == "42" else f"kept: {kept}, kernel: {result}"


def faults_of(done: Sequence[Done]) -> list[str]:
    """Learners whose verdict, errors or recorded progress are not what their answers deserve."""
    faults = [f"{one.account.name}: {error}" for one in done for error in one.errors]
    for one in done:
        kept = json.loads((one.account.home / "belajar" / ".kemajuan.json").read_text(encoding="utf-8"))
        told = [kept["10_naik_atau_turun"]["status"], *(kept["tebakan"][f"00/{at}"]["status"] for at in (1, 2, 3))]
        if set(told) != {STATUS[one.right]} or STATUS[one.right] not in one.verdict.lower():
            faults.append(f"{one.account.name}: {told}, {one.verdict!r}")
    return faults


def span(values: Sequence[float]) -> str:
    return f"{min(values):.0f}–{max(values):.0f} (mean {mean(values):.0f})"


async def measure(hub: Hub, accounts: Sequence[Account], path: str) -> Report:
    """Memory of every learner with one notebook open and all its cells run."""
    learners = [Learner(account, hub.base) for account in accounts]
    try:
        await together([one.log_in() for one in learners])
        await together([one.start() for one in learners])

        async def run_all(one: Learner) -> None:
            sources = [cell["source"] for cell in cells_of(await one.open(path))]
            await one.run(await one.kernel(path), sources)

        await together([run_all(one) for one in learners])
        found = [memory_of(account.uid) for account in accounts]
    finally:
        await together([one.close() for one in learners])
    server, kernel, total = ([getattr(one, part) for one in found] for part in ("server", "kernels", "total"))
    return Report((f"{path}: server {span(server)} MB, kernel {span(kernel)} MB, learner {span(total)} MB",), ())


async def prove(hub: Hub, accounts: Sequence[Account], state: Path) -> Report:
    learners = [Learner(account, hub.base) for account in accounts]
    load, began = os.getloadavg()[0], time.monotonic()
    try:
        stranger = await learners[0].log_in("wrong")
        if stranger != 403:
            return Report((), (f"a wrong password gave {stranger}",))
        await together([one.log_in() for one in learners])
        starts = await together([one.start() for one in learners])
        for one in learners:
            (one.account.home / "belajar" / SECRET).write_text("rahasia", encoding="utf-8")
        done: list[Done] = await together(
            [study(one, at % 2 == 0, start) for at, (one, start) in enumerate(zip(learners, starts))]
        )
        worked = time.monotonic() - began
        faults = faults_of(done)
        ports = {account.name: opened for account in accounts if len(opened := listening(account.uid)) > 1 + KERNELS}
        faults += [f"ports beside the server's and one of each kernel: {ports}"] if ports else []
        thief, victim = learners[1], learners[0]
        faults += await open_menu(thief)
        menu = memory_of(thief.account.uid).server
        kernel = await thief.kernel("notebooks/01_konsep_dasar.ipynb")
        faults += await leaks(thief, victim, kernel, processes_of({victim.account.uid}), str(state))
        back, missing = await kill_and_return(victim)
        faults += [missing] if missing else []
    finally:
        await together([one.close() for one in learners])
    lines = (
        f"learners: {len(done)}, {sum(one.right for one in done)} right and {sum(not one.right for one in done)} wrong",
        f"load before: {load:.1f} on {os.cpu_count()} cores; hub up after {hub.start:.1f} s",
        f"start until the page answers: {span([one.start for one in done])} s; all work done after {worked:.0f} s",
        f"server: {span([one.memory.server for one in done])} MB, {menu:.0f} MB once nbgrader's menu was open; "
        f"two kernels (lesson 00, Latihan): {span([one.memory.kernels for one in done])} MB; "
        f"learner: {span([one.memory.total for one in done])} MB; hub {pss(hub.process.pid):.0f} MB",
        f"killed server back after {back:.1f} s, with its work",
    )
    return Report(lines, tuple(faults))


def run(count: int, course: Path, only: str | None) -> int:
    began = time.monotonic()
    with guarded() as (folder, guard):
        accounts = make_accounts(count, folder)
        hub = start_hub(folder, course, guard)
        try:
            work = measure(hub, accounts, only) if only else prove(hub, accounts, folder / "hub")
            report = asyncio.run(asyncio.wait_for(work, LIMIT if only is None else None))
        except Exception as error:
            report = Report((), (f"{type(error).__name__}: {error}", hub.log.read_text(errors="replace")[-3000:]))
        uids = {one.uid for one in accounts}
    left = [f"left over: {ours()} {processes_of(uids)}"] if ours() or processes_of(uids) or folder.exists() else []
    faults = [*report.faults, *left]
    took = time.monotonic() - began
    print("\n".join([*report.lines, f"everything, cleaned up, in {took:.0f} s", *(f"FAULT: {f}" for f in faults)]))
    print(f"{int(not faults)} passed, {int(bool(faults))} failed")
    return int(bool(faults))


def stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learners", type=int, default=20)
    parser.add_argument("--course", type=Path, required=True, help="environment that has JupyterLab and the course")
    parser.add_argument("--measure", metavar="NOTEBOOK", help="only the memory with this notebook run by everybody")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, stop)
    return run(options.learners, options.course, options.measure)


if __name__ == "__main__":
    sys.exit(main())
