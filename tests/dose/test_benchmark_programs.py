"""Result files of other programs: measured by symmetry; what is none is refused with words."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.dose.benchmark_programs import program_speed, published_speeds, read_result

COUNT = 64


def noisy_cube(percent: float) -> np.ndarray:
    return np.random.default_rng(5).normal(1.0, percent / 100.0, (COUNT,) * 3).clip(0.0)


def write(folder: Path, **changed: Any) -> Path:
    given = {"program": "other", "version": "1.0", "cross_sections": "XCOM", "case": "sphere-bone-lung",
             "cpu_s": 50.0, "histories": 1_000_000, "dose": noisy_cube(4.0)} | changed
    np.savez(folder / "result.npz", **{name: value for name, value in given.items() if value is not None})
    return folder / "result.npz"


def test_time_to_one_percent(tmp_path: Path):
    """Closed form: 50 s at 4 % are 800 s at 1 %; the noise is known to better than 1 %."""
    speed = program_speed(read_result(write(tmp_path)))
    assert speed.spread_percent == pytest.approx(4.0, rel=0.01)
    assert speed.cpu_s_to_1_percent == pytest.approx(800.0, rel=0.02)
    assert (speed.program, speed.case, speed.histories) == ("other", "sphere-bone-lung", 1_000_000)


def test_odd_cubes_where_no_face_is_cut(tmp_path: Path):
    odd = np.random.default_rng(5).normal(1.0, 0.04, (65,) * 3)
    assert program_speed(read_result(write(tmp_path, dose=odd, case="water-30-keV"))).spread_percent == pytest.approx(
        4.0, rel=0.01)
    with pytest.raises(InputError, match="65 voxels a side"):
        read_result(write(tmp_path, dose=odd))


@pytest.mark.parametrize(("changed", "what"), (
    ({"program": None}, "holds no program"),
    ({"dose": None, "cpu_s": None}, "holds no cpu_s, dose"),
    ({"case": "elsewhere"}, "case 'elsewhere' is unknown"),
    ({"program": ""}, "'program' is no plain text"),
    ({"version": "\x1b[2J"}, "'version' is no plain text"),
    ({"cross_sections": "x" * 300}, "'cross_sections' is no plain text"),
    ({"cpu_s": 0.0}, "'cpu_s' is no number above 0"),
    ({"cpu_s": float("nan")}, "'cpu_s' is no number above 0"),
    ({"cpu_s": "fast"}, "'cpu_s' is no number above 0"),
    ({"histories": [1, 2]}, "'histories' is no number above 0"),
    ({"histories": -5}, "'histories' is no number above 0"),
    ({"dose": np.ones((64, 64, 60))}, "shape"),
    ({"dose": np.ones((64, 64))}, "shape"),
    ({"dose": np.full((64, 64, 64), "a")}, "'dose' is <U1"),
    ({"dose": np.ones((32, 32, 32))}, "32 voxels a side"),
    ({"dose": np.full((64, 64, 64), np.nan)}, "not finite"),
    ({"dose": np.full((64, 64, 64), -1.0)}, "below 0"),
    ({"dose": np.array([{"code": "runs"}])}, "no result file"),  # would be unpickled
))  # fmt: skip
def test_what_is_no_result(tmp_path: Path, changed: dict[str, Any], what: str):
    with pytest.raises(InputError, match=what):
        read_result(write(tmp_path, **changed))


@pytest.mark.parametrize("content", (b"", b"PK\x03\x04", b"program,version\n", b"\x93NUMPY\x01\x00"))
def test_other_files(tmp_path: Path, content: bytes):
    (tmp_path / "file.npz").write_bytes(content)
    with pytest.raises(InputError, match="no result file"):
        read_result(tmp_path / "file.npz")


@pytest.mark.parametrize("header", (
    "((((", "'''", "{'descr': '<f8', 'fortran_order': False, 'shape': (True,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }",
))  # fmt: skip
def test_headers_that_say_nonsense(tmp_path: Path, header: str):
    """NumPy's reader raises TokenError, TypeError and OverflowError on these."""
    text = f"{header}\n".encode()
    with zipfile.ZipFile(write(tmp_path, dose=None), "a") as archive:
        archive.writestr("dose.npy", b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text)
    with pytest.raises(InputError, match="no result file"):
        read_result(tmp_path / "result.npz")


def test_a_broken_compression(tmp_path: Path):
    """lzma.LZMAError is neither an OSError nor a ValueError."""
    with zipfile.ZipFile(tmp_path / "file.npz", "w", zipfile.ZIP_LZMA) as archive, zipfile.ZipFile(
            write(tmp_path)) as whole:
        for name in whole.namelist():
            archive.writestr(name, whole.read(name))
    content = bytearray((tmp_path / "file.npz").read_bytes())
    content[1000:2000] = bytes(1000)
    (tmp_path / "file.npz").write_bytes(content)
    with pytest.raises(InputError, match="no result file"):
        read_result(tmp_path / "file.npz")


def test_files_that_cannot_be_read(tmp_path: Path):
    for place in (tmp_path / "none.npz", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read_result(place)


def test_a_cut_file(tmp_path: Path):
    file = write(tmp_path)
    file.write_bytes(file.read_bytes()[: 1_000_000])
    with pytest.raises(InputError, match="no result file"):
        read_result(file)


def test_more_than_the_largest_cube(tmp_path: Path):
    np.savez_compressed(tmp_path / "large.npz", dose=np.zeros(20_000_000))  # 160 MB, a few kB when packed
    with pytest.raises(InputError, match="bytes of arrays are too many"):
        read_result(tmp_path / "large.npz")


def test_averaged_doses_say_nothing(tmp_path: Path):
    with pytest.raises(InputError, match="do not differ at all"):
        program_speed(read_result(write(tmp_path, dose=np.ones((COUNT,) * 3))), "a file")


def test_published_figures_have_a_case():
    """The figure of egs_brachy: 233.14 s for 1e7 photons; its uncertainties at 20-40 mm, 2.3 to 5.6 %, bracket it."""
    (speed,) = published_speeds()
    assert (speed.program, speed.case) == ("egs_brachy", "water-30-keV")
    assert 233.14 * 2.29**2 < speed.cpu_s_to_1_percent < 233.14 * 5.605**2  # shells.csv of validation/
