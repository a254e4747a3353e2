"""Processor time of Kaplan-Meier with limits over 1,000,000 rows at 4,000 distinct times, beside other programs.

Run: `make bench`, or `.venv/bin/python benchmarks/survival_time.py`. The promise is 0.06 s. lifelines and statsmodels
are timed where they are installed, from the same arrays; R's survival where `Rscript` is.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import platform
import shutil
import subprocess
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from openiort.evidence.aalen_johansen import aalen_johansen
from openiort.evidence.kaplan_meier import kaplan_meier
from openiort.evidence.log_rank import log_rank
from openiort.evidence.survival_table import survival_table

ROWS, TIMES, RUNS = 1_000_000, 4_000, 7
R_SCRIPT = """suppressMessages(library(survival)); set.seed(1)
t <- sample.int({times}, {rows}, replace = TRUE); e <- rbinom({rows}, 1, 0.3)
best <- Inf
for (run in 1:3) {{ p <- proc.time(); f <- survfit(Surv(t, e) ~ 1); best <- min(best, sum((proc.time() - p)[1:2])) }}
cat(best)"""


def made_up_rows() -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Days, codes (60 % censored, 30 % event, 10 % death) and groups."""
    random = np.random.default_rng(20261128)
    return (random.integers(1, TIMES + 1, ROWS).astype(float), random.choice(3, ROWS, p=(0.6, 0.3, 0.1)),
            random.integers(0, 2, ROWS))


def processor_s(work: Callable[[], object], runs: int = RUNS) -> float:
    """Least processor time of several runs, after one that does not count."""
    work()
    taken = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken)


def others(days: NDArray[np.float64], happened: NDArray[np.bool_]) -> dict[str, float]:
    """Processor seconds of the programs that are installed."""
    found = {}
    if importlib.util.find_spec("lifelines"):
        lifelines = importlib.import_module("lifelines")
        found["lifelines"] = processor_s(lambda: lifelines.KaplanMeierFitter().fit(days, happened), 3)
    if importlib.util.find_spec("statsmodels"):
        statsmodels = importlib.import_module("statsmodels.duration.survfunc")
        taken = processor_s(lambda: statsmodels.SurvfuncRight(days, happened), 3)
        found["statsmodels (standard errors, no limits)"] = taken
    script = R_SCRIPT.format(times=TIMES, rows=ROWS)
    if shutil.which("Rscript"):
        ran = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True)
        if ran.returncode == 0:
            found["R survival"] = float(ran.stdout)
    return found


def main() -> None:
    days, codes, groups = made_up_rows()
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, NumPy {np.__version__}")
    table = survival_table(days, codes, groups, unit="days")
    whole = survival_table(days, codes, unit="days")
    ours = processor_s(lambda: kaplan_meier(whole))
    print(f"Kaplan-Meier, {ROWS:,} rows, {TIMES:,} times: {ours:.4f} s")
    for name, taken in others(days, codes == 1).items():
        print(f"  {name}: {taken:.4f} s, {taken / ours:.1f} times ours")
    print(f"table made and checked: {processor_s(lambda: survival_table(days, codes, unit='days')):.4f} s; "
          f"with groups {processor_s(lambda: survival_table(days, codes, groups, unit='days')):.4f} s")
    print(f"Aalen-Johansen: {processor_s(lambda: aalen_johansen(whole)):.4f} s; "
          f"log-rank of two groups: {processor_s(lambda: log_rank(table)):.4f} s")


if __name__ == "__main__":
    main()
