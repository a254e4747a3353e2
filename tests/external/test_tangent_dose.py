"""The dose of tangents from patient to result, by a simple engine: scaled, kept, noted, refused."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest import approx

import openiort.external.kept_dose as kept
from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.external.external_dose import ExternalDose
from openiort.external.pyradmc_engine import pyradmc_engine
from openiort.external.schedule import find_schedule
from openiort.external.tangent_dose import coverage, nominal_dose, tangent_dose
from openiort.patient.structure import Structure
from tests.external.breast_patient import GRID, breast_patient
from tests.external.simple_engine import SimpleEngine


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs that differ in nothing are calculated once for all tests."""
    monkeypatch.setattr(kept, "cache_folder", tmp_path_factory.getbasetemp)


@pytest.fixture
def private_cache(cache: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(kept, "cache_folder", lambda: tmp_path)
    return tmp_path


class Maker:
    """Counts the engines' runs."""

    def __init__(self) -> None:
        self.made: list[SimpleEngine] = []

    def __call__(self, grid: Grid, density_g_cm3: NDArray[np.float32]) -> SimpleEngine:
        self.made.append(SimpleEngine(grid, density_g_cm3))
        return self.made[-1]

    @property
    def runs(self) -> int:
        return sum(engine.runs for engine in self.made)


def tangents(name: str = "40/15", maker: Maker | None = None, **asked: Any) -> ExternalDose:
    asked.setdefault("uncertainty_percent", 20.0)
    return tangent_dose(breast_patient(), find_schedule(name), engine=maker or Maker(), **asked)


def on_breast(dose: ExternalDose, *, within_mm: float = 0.0) -> NDArray[np.bool_]:
    points = dose.grid.to_points_mm(np.stack(np.meshgrid(*map(np.arange, dose.grid.shape), indexing="ij"), -1))
    x, y, z = np.moveaxis(points, -1, 0)
    return np.asarray(((x - 60) ** 2 + (y + 50) ** 2 + z**2 <= (45 - within_mm) ** 2) & (y < -40))


def test_mean_dose_in_the_breast_is_the_schedules() -> None:
    for name, dose_Gy in (("40/15", 40.0), ("26/5+10/5", 26.0)):
        found = tangents(name)
        # the target is the breast less 5 mm under the skin; voxels of 3 mm cut it elsewhere by half of one
        assert float(found.dose_Gy[on_breast(found, within_mm=5.0)].mean()) == approx(dose_Gy, rel=0.02)
        assert (found.fractions, found.origin, found.medium) == (find_schedule(name).fractions, "tangents", "water")


def test_lung_behind_the_block_gets_nothing_without_scatter() -> None:
    found = tangents()
    lung = breast_patient().structure("lungs").mask
    points = GRID.to_points_mm(np.argwhere(lung & (np.arange(GRID.shape[2]) * 5 - 120 < 0)[None, None, :]))
    index = np.clip(np.rint(found.grid.to_index(points)).astype(int), 0, np.array(found.grid.shape) - 1)
    assert float(found.dose_Gy[tuple(index.T)].max()) == 0.0  # the other lung


def test_uncertainty_is_that_of_each_voxel_and_unknown_where_nothing_came() -> None:
    found = tangents()
    assert found.sigma_percent is not None
    assert (found.sigma_percent[found.dose_Gy == 0.0] == 100.0).all() and (found.dose_Gy == 0.0).any()
    inside = found.sigma_percent[on_breast(found, within_mm=5.0)]
    assert 0.0 < inside.min() < inside.max() < 100.0
    assert inside.mean() == approx(20.0, rel=0.35)  # asked for; a run has 1,000 photons a segment or more


def test_a_right_breast_has_the_mirrored_set_up() -> None:
    patient = breast_patient(drawn=False)
    left = breast_patient().structure("left breast").mask
    # the heart lies to the left of the middle: without it the patient is her own mirror image
    plain = {name: one for name, one in patient.structures.items() if name != "heart"}
    found = {}
    for side, mask in (("left", left), ("right", left[:, :, ::-1])):
        drawn = replace(patient, structures={**plain, f"{side} breast": Structure(f"{side} breast", mask, "contoured")})
        found[side] = tangent_dose(drawn, find_schedule("40/15"), engine=Maker(), uncertainty_percent=20.0)
    for one, other in zip(found["left"].provenance["fields"], found["right"].provenance["fields"], strict=True):
        assert one["gantry_degrees"] == approx(360.0 - other["gantry_degrees"])
        assert one["isocentre_mm"] == approx(np.array(other["isocentre_mm"]) * [-1, 1, 1], abs=0.1)
        for edges in ("u_mm", "v_mm"):
            assert one["opening"][edges] == approx(other["opening"][edges], abs=0.5)
    assert found["right"].provenance["side"] == "right"
    assert any("no heart is drawn" in note for note in found["right"].notes)
    assert not any("no heart" in note for note in tangents().notes)
    # and the dose lies in her right breast
    right = on_breast(found["left"], within_mm=5.0)[:, :, ::-1]
    assert float(found["right"].dose_Gy[right].mean()) == approx(40.0, rel=0.02)


def test_a_breast_without_depth_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openiort.external.tangent_dose.UNDER_SKIN_mm", 80.0)  # deeper than the ball and the trunk
    with pytest.raises(InputError, match="80 mm under the skin"):
        tangents()


def test_second_run_only_reads(private_cache: Path) -> None:
    maker = Maker()
    first = tangents(maker=maker)
    runs = maker.runs
    second = tangents(maker=maker)
    assert runs > 0
    assert maker.runs == runs
    assert np.array_equal(first.dose_Gy, second.dose_Gy)
    assert first.provenance == second.provenance
    tangents("50/25", maker=maker)  # another prescription is the same beams
    assert maker.runs == runs


@pytest.mark.parametrize("change", [{"seed": 2}, {"uncertainty_percent": 15.0}, {"side": "left"}])
def test_other_inputs_are_calculated(change: dict[str, Any], private_cache: Path) -> None:
    maker = Maker()
    tangents(maker=maker)
    runs = maker.runs
    tangents(maker=maker, **change)
    assert (maker.runs > runs) == (change != {"side": "left"})  # the side that is taken anyway


def test_broken_file_is_calculated_anew(private_cache: Path) -> None:
    first = tangents()
    file = next(private_cache.glob("tangents-*.npz"))
    file.write_bytes(file.read_bytes()[:1000])
    assert np.array_equal(tangents().dose_Gy, first.dose_Gy)


def test_nothing_is_left_of_an_interrupted_run(private_cache: Path) -> None:
    def stopped(grid: Grid, density_g_cm3: NDArray[np.float32]) -> SimpleEngine:
        return SimpleEngine(grid, density_g_cm3, stop_after=5)

    with pytest.raises(KeyboardInterrupt):
        tangent_dose(breast_patient(), find_schedule("40/15"), engine=stopped)
    assert list(private_cache.iterdir()) == []


def test_what_people_must_read() -> None:
    notes = " ".join(tangents("26/5+10/5").notes)
    for words in ("no planner", "95-107 %", "lung in the fields", "boost 10/5", "a simple engine"):
        assert words in notes
    found = tangent_dose(breast_patient(drawn=False), find_schedule("40/15"), side="right", engine=Maker(),
                         uncertainty_percent=20.0)
    assert "nobody has drawn the breast" in " ".join(found.notes)


def test_coverage() -> None:
    # of 0.90, 0.91 ... 1.09: 0.95-1.07 are 13 of 20, 15 at least 0.95, 2 above 1.07
    found = coverage(np.round(np.arange(0.90, 1.095, 0.01), 2))
    assert (found["between_percent"], found["V95_percent"], found["V107_percent"]) == approx((65.0, 75.0, 10.0))


@pytest.mark.parametrize(("asked", "words"), [
    ({"name": "partial-40/15"}, "treats the partial breast"), ({"uncertainty_percent": 0.1}, "out of range"),
    ({"uncertainty_percent": float("nan")}, "out of range"), ({"side": "top"}, "side 'top'"),
])
def test_what_cannot_be_is_refused(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        tangents(**asked)


@pytest.mark.parametrize("missing", ["pyradmc", "warp"])
def test_missing_extra_says_how_to_install_it(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(InputError, match="not installed") as error:
        pyradmc_engine(GRID, np.ones(GRID.shape, np.float32))
    assert "ebrt" in error.value.fix


def test_nominal_dose_is_the_prescription_in_the_breast_and_nowhere_else() -> None:
    found = nominal_dose(breast_patient(), find_schedule("50/25"))
    breast = breast_patient().structure("left breast").mask
    assert np.array_equal(found.is_calculated, breast)
    assert set(np.unique(found.dose_Gy[breast])) == {50.0}
    assert (found.origin, found.sigma_percent) == ("nominal", None)
    with pytest.raises(InputError, match="partial breast"):
        nominal_dose(breast_patient(), find_schedule("partial-30/5"))
