"""Time of a plan on layers, with the engine compiled, as somebody in theatre meets it.

Run: `make bench`, or `.venv/bin/python benchmarks/layers_time.py`. The promise is 10 s on 2 cores.
"""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = Path(sys.executable).with_name("openiort")
ASKED = ("plan", "--layers", "skin=12.3,chest-wall=25", "--breast", "50/50", "--applicator", "40", "--dose", "20")


def run_plan(folder: Path) -> float:
    """Wall-clock seconds of one plan in `folder`."""
    folder.mkdir()
    started = time.perf_counter()
    subprocess.run([COMMAND, *ASKED], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        run_plan(Path(name) / "compiling")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall = [run_plan(Path(name) / f"warm{number}") for number in range(3)]
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor_s = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / len(wall)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"layers: {min(wall):.1f} s (best of {len(wall)}), processor time {processor_s:.1f} s")


if __name__ == "__main__":
    main()
