"""Time and memory of `openiort demo`, cold (nothing compiled yet) and warm, as a user meets them.

Run: `make bench`, or `.venv/bin/python benchmarks/demo_time.py`. The promise is 180 s cold and 60 s warm on 2 cores.
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


def run_demo(folder: Path, cache: Path) -> float:
    """Wall-clock seconds of one demo in `folder`, with compiled code kept in `cache`."""
    folder.mkdir()
    started = time.perf_counter()
    subprocess.run([COMMAND, "demo"], cwd=folder, env=os.environ | {"XDG_CACHE_HOME": str(cache)}, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cold = run_demo(folder / "cold", folder / "cache")
        warm = [run_demo(folder / f"warm{number}", folder / "cache") for number in range(2)]
    peak_MiB = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"cold {cold:.1f} s, warm {min(warm):.1f} s (best of {len(warm)}), peak memory {peak_MiB:.0f} MiB")


if __name__ == "__main__":
    main()
