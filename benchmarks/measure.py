"""Measures one command: wall time, CPU time and peak memory of its process, and of a database server that works for
it."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.05
MANY_PROCESSES_EVERY = 10  # samples: to find the processes of a server takes milliseconds
MB = 1_000_000
LAST_LINES = 15


class CommandError(RuntimeError):
    """A measured command failed; the message has the command and the end of its output."""


@dataclass(frozen=True)
class Usage:
    """What a command used: seconds, and MB at the peak; None if it was not measured."""

    wall_s: float
    cpu_s: float | None = None
    peak_mb: float | None = None
    server_cpu_s: float | None = None
    server_mb: float | None = None


def measure(
    command: Sequence[str | os.PathLike],
    log: Path,
    cwd: Path,
    environment: Mapping[str, str],
    server_pid: int | None = None,
) -> Usage:
    """Run a command to its end; its output goes to ``log``. Raises CommandError when it fails.

    Peak memory is the kernel's high-water mark of the process (`VmHWM`), which starts at zero with the program.
    `ru_maxrss` would include the peak of the parent process. The memory of child processes is added while they run.
    ``server_pid`` is the id of the postmaster process.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    server = psutil.Process(server_pid) if server_pid else None
    server_cpu_before = server_cpu_seconds(server) if server else None
    with log.open("wb") as output:
        started = time.monotonic()
        process = subprocess.Popen(
            [os.fspath(part) for part in command],
            cwd=cwd,
            env=dict(environment),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        peaks = _Peaks(process.pid, server)
        peaks.start()
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        finally:
            peaks.stop()
        wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:]
        raise CommandError(f"{' '.join(map(str, command[:4]))} ... failed; the end of {log}:\n" + "\n".join(lines))
    return Usage(
        wall_s=wall,
        cpu_s=used.ru_utime + used.ru_stime,
        peak_mb=peaks.process_bytes / MB,
        server_cpu_s=server_cpu_seconds(server) - server_cpu_before if server else None,
        server_mb=peaks.server_bytes / MB if server else None,
    )


class _Peaks(threading.Thread):
    """Samples the memory of a process, and of a server, until it is stopped."""

    def __init__(self, pid: int, server: psutil.Process | None):
        super().__init__(daemon=True)
        self.pid = pid
        self.server = server
        self.process_bytes = 0
        self.children: list[int] = []
        self.server_bytes = 0
        self.stopped = threading.Event()

    def run(self) -> None:
        samples = 0
        while not self.stopped.wait(SAMPLE_SECONDS):
            held = high_water_bytes(self.pid) + sum(map(high_water_bytes, self.children))
            self.process_bytes = max(self.process_bytes, held)
            if samples % MANY_PROCESSES_EVERY == 0:
                self.children = children_of(self.pid)  # counted from the next sample on
                if self.server:
                    self.server_bytes = max(self.server_bytes, server_bytes(self.server))
            samples += 1

    def stop(self) -> None:
        self.stopped.set()
        self.join()


def high_water_bytes(pid: int) -> int:
    """The peak resident memory of a running process, 0 if it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    marks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(marks[0]) * 1024 if marks else 0


def children_of(pid: int) -> list[int]:
    """The child processes of a running process, with their own children."""
    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.Error:  # it ended meanwhile
        return []


def server_bytes(postmaster: psutil.Process) -> int:
    """Memory of all processes of a server; shared memory counts once."""
    return int(_sum_of_server(postmaster, lambda process: process.memory_full_info().pss))


def server_cpu_seconds(postmaster: psutil.Process) -> float:
    """CPU time that a server has used since it started, including processes that have ended."""

    def used(process: psutil.Process) -> float:
        times = process.cpu_times()
        return times.user + times.system

    ended = postmaster.cpu_times()
    return _sum_of_server(postmaster, used) + ended.children_user + ended.children_system


def _sum_of_server(postmaster: psutil.Process, of: Callable[[psutil.Process], float]) -> float:
    total = 0.0
    for process in [postmaster, *postmaster.children()]:
        try:
            total += of(process)
        except psutil.Error:  # it ended meanwhile
            continue
    return total
