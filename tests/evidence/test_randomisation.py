"""Randomisation lists: balance, chance, files, and one allocation at a time."""

from __future__ import annotations

import csv
import os
import stat
import subprocess
import sys
from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest

from openiort.core.errors import InputError
from openiort.evidence.allocation_log import check_log, reveal_next
from openiort.evidence.randomisation import RandomisationScheme, randomise
from openiort.evidence.randomisation_list import log_place, read_list, write_list

FACTORS = (("centre", ("A", "B", "C")), ("timing", ("prepathology", "postpathology")))
SCHEME = RandomisationScheme(("IORT", "EBRT"), (1, 1), FACTORS, (4, 6), 100, 11)


def test_every_block_is_balanced_and_sizes_vary() -> None:
    scheme = RandomisationScheme(("a", "b", "c"), (2, 1, 1), FACTORS, (4, 8, 12), 200, 5)
    found = randomise(scheme)
    sizes = Counter()
    for _, block in groupby(found, key=lambda each: (each.stratum, each.block)):
        rows = list(block)
        sizes[len(rows)] += 1
        assert {row.block_size for row in rows} == {len(rows)}
        assert Counter(row.arm for row in rows) == {"a": len(rows) // 2, "b": len(rows) // 4, "c": len(rows) // 4}
    assert set(sizes) == {4, 8, 12}
    for stratum, rows in groupby(found, key=lambda each: each.stratum):
        numbers = [row.number for row in rows]
        assert stratum in scheme.strata
        assert numbers == list(range(1, len(numbers) + 1))
        assert 200 <= len(numbers) < 212


def test_all_orders_of_a_block_are_as_likely() -> None:
    """Chi-square of the 6 orders of two pairs, 5 degrees of freedom: below 20.5 with probability 0.999."""
    blocks = groupby(randomise(RandomisationScheme(("a", "b"), (1, 1), (), (4,), 24_000, 3)), key=lambda e: e.block)
    orders = Counter("".join(row.arm for row in rows) for _, rows in blocks)
    assert sum(orders.values()) == 6000
    assert len(orders) == 6
    assert sum((count - 1000) ** 2 / 1000 for count in orders.values()) < 20.5


def test_same_seed_same_list_and_strata_do_not_disturb_one_another() -> None:
    assert randomise(SCHEME) == randomise(SCHEME)
    arms = {seed: [row.arm for row in randomise(RandomisationScheme(("a", "b"), (1, 1), (), (4, 6), 60, seed))]
            for seed in (1, 2)}
    assert arms[1] != arms[2]
    more = RandomisationScheme(SCHEME.arms, (1, 1), (("centre", ("A", "B", "C", "D")), FACTORS[1]), (4, 6), 100, 11)
    first = [row for row in randomise(more) if row.stratum in SCHEME.strata]
    assert tuple(first) == randomise(SCHEME)
    rows = {name: [row.arm for row in randomise(SCHEME) if row.stratum == name] for name in SCHEME.strata}
    assert rows["A/prepathology"][:40] != rows["A/postpathology"][:40]


@pytest.mark.parametrize("given", [
    (("a",), (1,), (), (2,), 10, 1), (("a", "a"), (1, 1), (), (2,), 10, 1), (("a", "b"), (1,), (), (2,), 10, 1),
    (("a", "b"), (1, 1), (), (3,), 10, 1), (("a", "b"), (1, 1), (), (), 10, 1), (("a", "b"), (0, 1), (), (2,), 10, 1),
    (("a", "b"), (1, 1), (), (2,), 0, 1), (("a", "b"), (1, 1), (), (2,), 10, -1),
    (("a,b", "c"), (1, 1), (), (2,), 10, 1), (("a", "b"), (1, 1), (("centre", ("A/B",)),), (2,), 10, 1),
    (("a", "b"), (1, 1), (("centre", tuple("ABCDEF")),), (2,), 100_000, 1),
    (("a", "b"), (1, 1), (("centre", ()),), (2,), 10, 1), (("=1+1", "b"), (1, 1), (), (2,), 10, 1),
])
def test_bad_schemes_are_refused(given: tuple) -> None:
    with pytest.raises(InputError, match="allowed:"):
        RandomisationScheme(*given)


@pytest.fixture
def list_file(tmp_path: Path) -> Path:
    file = tmp_path / "list.csv"
    write_list(SCHEME, file)
    return file


def test_list_tells_how_it_was_made(list_file: Path) -> None:
    text = list_file.read_text()
    assert "seed: 11" in text
    assert "version: openiort" in text
    assert "centre (A, B, C); timing (prepathology, postpathology)" in text
    assert read_list(list_file.read_bytes()) == randomise(SCHEME)
    assert [stat.S_IMODE(file.stat().st_mode) for file in (list_file, log_place(list_file))] == [0o600, 0o600]
    with pytest.raises(InputError, match="exists already"):
        write_list(SCHEME, list_file)


def test_a_list_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write_list(SCHEME, Path("~/list.csv"))
    assert reveal_next(Path("~/list.csv"), "A/prepathology", "P-1").number == 1
    assert check_log(tmp_path / "list.csv")["A/prepathology"][0] == 1
    with pytest.raises(InputError, match="exists already"):
        write_list(SCHEME, Path("~/list.csv"))


def test_nobody_else_may_read_a_list_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file beside is private when its bytes go to the disk, before it gets its name."""
    modes, fsync = [], os.fsync

    def looking(number: int) -> None:
        modes.append(stat.S_IMODE(os.fstat(number).st_mode))
        fsync(number)

    monkeypatch.setattr(os, "fsync", looking)
    write_list(SCHEME, tmp_path / "list.csv")
    assert modes == [0o600, 0o600]


def test_nothing_is_left_when_the_log_exists(tmp_path: Path) -> None:
    log_place(tmp_path / "x.csv").write_text("")
    with pytest.raises(InputError, match="exists already"):
        write_list(SCHEME, tmp_path / "x.csv")
    assert not (tmp_path / "x.csv").exists()


def test_allocations_are_revealed_in_order(list_file: Path) -> None:
    wanted = [row.arm for row in randomise(SCHEME) if row.stratum == "B/prepathology"][:8]
    found = [reveal_next(list_file, "B/prepathology", f"P-{number}") for number in range(8)]
    assert [each.arm for each in found] == wanted
    assert [each.number for each in found] == list(range(1, 9))
    assert reveal_next(list_file, "A/prepathology", "P-8").number == 1
    assert check_log(list_file)["B/prepathology"] == (8, found[0].remaining + 1)
    with log_place(list_file).open() as opened:
        rows = list(csv.DictReader(line for line in opened if not line.startswith("#")))
    assert [row["patient"] for row in rows] == [f"P-{number}" for number in range(9)]


def test_a_patient_has_one_allocation(list_file: Path) -> None:
    reveal_next(list_file, "A/prepathology", "P-1")
    before = log_place(list_file).read_bytes()
    for patient in ("P-1", "p-1"):
        with pytest.raises(InputError, match="allocated already"):
            reveal_next(list_file, "B/postpathology", patient)
    assert log_place(list_file).read_bytes() == before


@pytest.mark.parametrize(("stratum", "patient"), [
    ("A", "P-1"), ("A/prepathology", "Jane Doe"), ("A/prepathology", ""), ("A/prepathology", "=P"),
    ("A/prepathology", "P\n1"), ("A/prepathology", "P" * 65),
])
def test_bad_calls_reveal_nothing(stratum: str, patient: str, list_file: Path) -> None:
    before = log_place(list_file).read_bytes()
    with pytest.raises(InputError, match="allowed:"):
        reveal_next(list_file, stratum, patient)
    assert log_place(list_file).read_bytes() == before


def test_changed_list_and_log_are_seen(list_file: Path) -> None:
    for number in range(3):
        reveal_next(list_file, "A/prepathology", f"P-{number}")
    log, kept_list, kept_log = log_place(list_file), list_file.read_bytes(), log_place(list_file).read_bytes()
    lines = kept_log.decode().splitlines(keepends=True)
    for changed in ("".join(lines).replace("P-1", "P-9"), "".join(lines[:3] + lines[4:]), "".join([*lines, "x\n"]), ""):
        log.write_text(changed)
        with pytest.raises(InputError, match="allowed:"):
            reveal_next(list_file, "A/prepathology", "P-10")
    log.write_bytes(kept_log)
    list_file.write_bytes(kept_list.replace(b"EBRT\n", b"IORT\n", 1))
    with pytest.raises(InputError, match="not the one"):
        reveal_next(list_file, "A/prepathology", "P-10")
    list_file.write_bytes(kept_list)
    assert reveal_next(list_file, "A/prepathology", "P-10").number == 4
    log.unlink()
    with pytest.raises(InputError, match="cannot read the log"):
        check_log(list_file)


def test_a_used_up_stratum_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "short.csv"
    write_list(RandomisationScheme(("a", "b"), (1, 1), (), (2,), 2, 1), file)
    assert {reveal_next(file, "all", f"P{number}").arm for number in range(2)} == {"a", "b"}
    with pytest.raises(InputError, match="are used"):
        reveal_next(file, "all", "P3")


def test_simultaneous_calls_get_different_places(list_file: Path) -> None:
    """Six processes reveal three each in one stratum: 18 places, each once."""
    code = ("import sys; from pathlib import Path; from openiort.evidence.allocation_log import reveal_next\n"
            "for n in range(3): reveal_next(Path(sys.argv[1]), 'C/prepathology', f'P-{sys.argv[2]}-{n}')")
    running = [subprocess.Popen([sys.executable, "-c", code, str(list_file), str(each)]) for each in range(6)]
    assert [process.wait() for process in running] == [0] * 6
    with log_place(list_file).open() as opened:
        rows = list(csv.DictReader(line for line in opened if not line.startswith("#")))
    assert sorted(int(row["number"]) for row in rows) == list(range(1, 19))
    wanted = [row.arm for row in randomise(SCHEME) if row.stratum == "C/prepathology"]
    assert all(row["arm"] == wanted[int(row["number"]) - 1] for row in rows)
    assert check_log(list_file)["C/prepathology"][0] == 18
