"""The kept scatter ratio: taken only for the same applicator and data, and never when the file is not whole."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest

from openiort.core.material import Material
from openiort.core.material_table import read_material
from openiort.dose import kept_ratio as kept
from openiort.dose.scatter_ratio import ScatterRatio
from openiort.dose.scene import line_spectrum, make_spectrum

PLASTIC = read_material("polyetherimide")


@pytest.fixture
def calculated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Radii for which the ratio was calculated; the cache is an empty folder."""
    radii: list[float] = []

    def stand_in(_spectrum, radius_mm, _material):
        radii.append(radius_mm)
        depths, responses = kept.SHAPE[0], kept.SHAPE[1] - 1
        return ScatterRatio(radius_mm, np.arange(depths, dtype=float), np.full((depths, responses), 0.1 * len(radii)))

    monkeypatch.setattr(kept, "scatter_ratio", stand_in)
    monkeypatch.setattr(kept, "cache_folder", lambda: tmp_path)
    return radii


def test_calculated_once(calculated: list[float], tmp_path: Path):
    first = kept.kept_ratio(line_spectrum(30.0), 10.0, PLASTIC)
    again = kept.kept_ratio(line_spectrum(30.0), 10.0, PLASTIC)
    assert calculated == [10.0]
    assert np.array_equal(first.ratio, again.ratio) and np.array_equal(first.depth_mm, again.depth_mm)
    (file,) = tmp_path.iterdir()
    assert not file.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def test_anything_else_is_calculated_anew(calculated: list[float], monkeypatch: pytest.MonkeyPatch):
    kept.kept_ratio(line_spectrum(30.0), 10.0, PLASTIC)
    denser = Material(PLASTIC.name, PLASTIC.mass_fractions, 1.3)
    other = Material(PLASTIC.name, {"C": 1.0}, PLASTIC.density_g_cm3)
    for given in ((line_spectrum(30.1), 10.0, PLASTIC), (line_spectrum(30.0), 12.5, PLASTIC),
                  (line_spectrum(30.0), 10.0, denser), (line_spectrum(30.0), 10.0, other),
                  (make_spectrum(np.array([30.0]), np.array([30.5]), np.ones(1)), 10.0, PLASTIC)):
        kept.kept_ratio(*given)
    assert len(calculated) == 6
    monkeypatch.setattr(kept, "table_sha256", lambda name: f"another {name}")  # other cross sections
    kept.kept_ratio(line_spectrum(30.0), 10.0, PLASTIC)
    assert len(calculated) == 7


def test_other_sources_have_another_folder():
    """The folder's name holds the hash of the sources (`core/compiled.py`), so their change is a change of place."""
    folder = kept.cache_folder()
    assert folder is None or folder.name.startswith("compiled-")


@pytest.mark.parametrize("content", (
    b"", b"\x93NUMPY", b"\x93NUMPY\x01\x00\x04\x00((((", b"none", None, "nan", "short", "pickle"))
def test_what_is_not_whole_is_calculated_anew(calculated: list[float], tmp_path: Path, content: bytes | str | None):
    kept.kept_ratio(line_spectrum(30.0), 10.0, PLASTIC)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content is None:
        file.write_bytes(whole[:-8])
    else:
        rows = {"nan": np.full(kept.SHAPE, np.nan), "short": np.zeros((2, 4)), "pickle": np.array([{}])}[content]
        np.save(file, rows, allow_pickle=True)
    kept.kept_ratio(line_spectrum(30.0), 10.0, PLASTIC)
    assert calculated == [10.0, 10.0]
    kept.kept_ratio(line_spectrum(30.0), 10.0, PLASTIC)
    assert calculated == [10.0, 10.0]  # written again


def test_without_a_place_it_is_calculated(calculated: list[float], monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(kept, "cache_folder", lambda: None)
    kept.kept_ratio(line_spectrum(30.0), 10.0, PLASTIC)
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(kept, "cache_folder", lambda: tmp_path / "gone")  # cannot be written
    assert kept.kept_ratio(line_spectrum(30.0), 10.0, PLASTIC).radius_mm == 10.0
    assert len(calculated) == 2
