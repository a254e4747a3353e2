"""Time of all guidelines over a table of 100,000 patients, read and written as CSV, against one patient after another.

Run: `make bench`, or `.venv/bin/python benchmarks/select_time.py`. The promise is 10 s on 2 cores. The second figure is
how many times faster a patient of the table is than one read and decided alone, measured on 1,000 of them in the same
run.
"""

from __future__ import annotations

import csv
import os
import platform
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from openiort.select.assess_table import assess_table
from openiort.select.decide import decide
from openiort.select.guideline import Guideline
from openiort.select.read_candidate_table import read_candidate_table
from openiort.select.read_guideline import guideline_names, shipped_guideline
from openiort.select.write_decisions import write_decisions

PATIENTS, ALONE = 100_000, 1_000
STAGES = ("1mi", "1a", "1b", "1c", "2", "3")
UP_TO_mm = (1.0, 5.0, 10.0, 20.0, 50.0)
Columns = dict[str, NDArray[np.object_]]


def made_up_patients(patients: int) -> Columns:
    """Columns of patients who might be asked about, one fact in twenty unknown; a quarter are before surgery."""
    random = np.random.default_rng(20261128)

    def drawn(codes: Sequence[str], shares: Sequence[float]) -> NDArray[np.object_]:
        return np.array(codes, object)[random.choice(len(codes), patients, p=shares)]

    before = np.clip(random.lognormal(2.7, 0.5, patients), 1.5, 90.0).round(0)
    after = np.clip(before * random.lognormal(0.05, 0.2, patients), 1.5, 120.0).round(1)
    columns: Columns = {}
    for table, size_mm, letter, year in (("before_surgery", before, "c", 2010), ("pathology", after, "p", 2021)):
        stage = np.array([letter + "T" + name for name in STAGES], object)[np.searchsorted(UP_TO_mm, size_mm)]
        columns |= {f"{table}.{name}": column for name, column in {
            "date": drawn([f"{year + n // 28 % 5}-05-{n % 28 + 1:02}" for n in range(140)], [1 / 140] * 140),
            "histology": drawn(("ductal", "lobular", "tubular", "mucinous"), (0.8, 0.12, 0.04, 0.04)),
            "size_mm": np.array([f"{size:g}" for size in size_mm], object), f"{letter}T": stage,
            "focality": drawn(("unifocal", "multifocal"), (0.88, 0.12)),
            "centricity": drawn(("unicentric", "multicentric"), (0.95, 0.05)),
            "grade": drawn(("1", "2", "3"), (0.3, 0.5, 0.2)),
            "lymphovascular_invasion": drawn(("none", "focal", "extensive"), (0.8, 0.15, 0.05)),
            "oestrogen_receptor": drawn(("positive", "negative"), (0.85, 0.15)),
            "progesterone_receptor": drawn(("positive", "negative"), (0.7, 0.3)),
            "her2": drawn(("negative", "positive"), (0.87, 0.13)),
            "anti_her2_therapy": drawn(("true", "false"), (0.1, 0.9)),
            "extensive_intraductal_component": drawn(("false", "true"), (0.92, 0.08)),
        }.items()}
    columns |= {"age_years": np.clip(random.normal(61, 11, patients), 28, 92).astype(int).astype(str).astype(object),
                "cN": drawn(("cN0", "cN1"), (0.9, 0.1)), "distant_metastasis": drawn(("false", "true"), (0.99, 0.01)),
                "germline_brca": drawn(("absent", "present", ""), (0.6, 0.03, 0.37)),
                "neoadjuvant_treatment": drawn(("false", "true"), (0.95, 0.05)),
                "previous_breast_radiotherapy": drawn(("false", "true"), (0.97, 0.03)),
                "pregnant": drawn(("false", "true"), (0.999, 0.001)),
                "detection": drawn(("screening", "clinical"), (0.6, 0.4)),
                "pN": drawn(("pN0", "pN0(i+)", "pN1mi", "pN1a"), (0.78, 0.04, 0.06, 0.12)),
                "nodal_surgery": drawn(("sentinel node", "axillary dissection"), (0.9, 0.1)),
                "margin_mm": random.choice(np.arange(0.0, 15.0, 0.5), patients).astype(str).astype(object)}
    is_before = random.random(patients) < 0.25
    for title, column in columns.items():
        column[random.random(patients) < 0.05] = ""
        if title.startswith("pathology.") or title in ("pN", "nodal_surgery", "margin_mm"):
            column[is_before] = ""
    for name in ("before_surgery", "pathology"):  # a small tumour needs its stage, or it is taken for centimetres
        letter = name[0] if name == "pathology" else "c"
        small = columns[f"{name}.{letter}T"] == ""
        columns[f"{name}.size_mm"][small] = ""
    return {"id": np.array([f"P{number}" for number in range(patients)], object), **columns}


def write_table(file: Path, columns: Columns) -> None:
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def time_table(folder: Path, guidelines: Sequence[Guideline]) -> tuple[float, float, float]:
    """Wall-clock seconds of reading, deciding and writing."""
    begun = time.perf_counter()
    table = read_candidate_table(folder / "patients.csv")
    read = time.perf_counter()
    decisions = assess_table(table, guidelines)
    decided = time.perf_counter()
    out = folder / "decisions.csv"
    out.unlink(missing_ok=True)
    write_decisions(out, table, decisions)
    print(f"  {len(table):,} patients, {len(table.faults):,} faults; {out.stat().st_size / 1e6:.0f} MB written")
    return read - begun, decided - read, time.perf_counter() - decided


def time_alone(folder: Path, guidelines: Sequence[Guideline]) -> float:
    """Wall-clock seconds of as many patients alone, made and decided one after another."""
    table = read_candidate_table(folder / "patients.csv")
    begun = time.perf_counter()
    for row in range(ALONE):
        candidate = table.candidate(row)
        for guideline in guidelines:
            decide(guideline, candidate)
    return time.perf_counter() - begun


def main() -> None:
    guidelines = [shipped_guideline(name) for name in guideline_names()]
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
          f"Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_table(folder / "patients.csv", made_up_patients(PATIENTS))
        begun = time.process_time()
        runs = [time_table(folder, guidelines) for _ in range(3)]
        processor_s = (time.process_time() - begun) / len(runs)
        alone_s = time_alone(folder, guidelines)
    best = min(runs, key=sum)
    print(f"table: {sum(best):.2f} s (best of {len(runs)}; read {best[0]:.2f}, decide {best[1]:.2f}, "
          f"write {best[2]:.2f}), processor time {processor_s:.2f} s")
    print(f"{PATIENTS / sum(best):,.0f} patients/s, {len(guidelines)} guidelines")
    ratio = alone_s / ALONE / (sum(best) / PATIENTS)
    print(f"alone: {alone_s:.2f} s for {ALONE:,}; a patient of the table is {ratio:.0f} times faster")


if __name__ == "__main__":
    main()
