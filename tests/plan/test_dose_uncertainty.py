"""Samples of DVHs: each part alone against what it must give, and files of parts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytest import approx

from openiort.core.errors import InputError
from openiort.patient.placed_structure import PlacedStructure
from openiort.plan.compared_side import EBRT, IORT
from openiort.plan.dose_uncertainty import Draws, depth_factor, medium_dose_Gy, sampled_external, sampled_plan
from openiort.plan.dvh import make_dvh
from openiort.plan.external_anatomy import external_anatomy
from openiort.plan.external_beside_plan import external_beside_plan
from openiort.plan.plan_side import plan_side
from openiort.plan.sampled_dvh import fewer_points, sample_dvh
from openiort.plan.uncertainty_parts import FACTOR, SHIFT, UncertaintyPart, uncertainty_parts
from tests.compared_plan import CENTRE_mm, RADIUS_mm, compared_plan
from tests.plan.test_external_beside_plan import rising
from tests.plan_factory import FALL_per_mm


def part(kind: str, size: float, column: str = IORT) -> UncertaintyPart:
    return UncertaintyPart(column, "made up", kind, size, "our choice", "this test")


def test_without_parts_every_sample_is_the_plan() -> None:
    plan = compared_plan()
    samples = sampled_plan(plan, plan_side(plan), Draws((), IORT, 1, 20))
    for name, sampled in samples.items():
        assert np.ptp(sampled.dose_Gy, axis=0).max() == 0.0  # this plan has no statistical band
        assert sampled.mean_Gy()[0] == approx(plan.dvhs[name].mean_Gy, rel=0.01)
        # between the voxels, of 0.016 cc, of the plan's own curve
        at_2cc, dvh = sampled.dose_at_cc_Gy(2.0), plan.dvhs[name]
        assert at_2cc is not None
        assert dvh.dose_to_volume_Gy(2.05) <= at_2cc[0] <= dvh.dose_to_volume_Gy(1.95)


def test_a_factor_of_5_percent_spreads_every_dose_by_5_percent() -> None:
    """200 samples know a standard deviation to 5 % of itself (k=1)."""
    plan = compared_plan()
    samples = sampled_plan(plan, plan_side(plan), Draws((part(FACTOR, 5.0),), IORT, 1))
    spread = samples["skin"].dose_Gy[:, 10] / plan.dvhs["skin"].dose_to_volume_Gy(samples["skin"].at_cc[10])
    assert spread.std() == approx(0.05, rel=0.2)
    low, high = samples["skin"].band_Gy(0.95)
    inner_low, inner_high = samples["skin"].band_Gy(0.68)
    assert (low <= inner_low).all() and (inner_low <= inner_high).all() and (inner_high <= high).all()
    assert (high / low)[10] == approx(1.098 / 0.902, rel=0.05)  # +- 1.96 x 5 %


def test_the_other_column_s_parts_do_not_count() -> None:
    assert np.ptp(Draws((part(FACTOR, 5.0, EBRT), part(SHIFT, 3.0, EBRT)), IORT, 1).factor) == 0.0


def test_a_shift_changes_the_dose_as_its_distance_does() -> None:
    """The made-up dose in water has a closed form: (r / r')^2 exp(-0.0325 / mm (r' - r))."""
    plan = compared_plan()
    near, far = np.array([20.0, 30.0, 60.0]), np.array([21.0, 27.0, 62.0])
    assert depth_factor(plan, near, far) == approx((near / far) ** 2 * np.exp(-FALL_per_mm * (far - near)), rel=1e-6)
    inside = depth_factor(plan, np.array([20.0]), np.array([3.0]))  # never nearer than its surface
    assert inside == approx(depth_factor(plan, np.array([20.0]), np.array([RADIUS_mm])))


def test_organs_move_against_the_sphere_and_the_tumour_bed_with_it() -> None:
    plan = compared_plan()
    samples = sampled_plan(plan, plan_side(plan), Draws((part(SHIFT, 2.0),), IORT, 1, 50))
    for name in ("shell 0-10 mm", "ipsilateral breast"):
        assert np.ptp(samples[name].dose_Gy, axis=0).max() == 0.0
    hottest = samples["bone"].dose_Gy[:, 5]
    # bone is 28 mm from the centre: d ln D / dr = 2 / r + 0.0325 = 0.104 / mm; 2 mm towards it are 21 %
    assert 0.1 < hottest.std() / hottest.mean() < 0.25


def test_samples_are_the_same_of_a_seed() -> None:
    plan = compared_plan()
    one, two, other = (sampled_plan(plan, plan_side(plan), Draws(uncertainty_parts(), IORT, seed, 10))
                       for seed in (3, 3, 4))
    assert (one["heart"].dose_Gy == two["heart"].dose_Gy).all()
    assert (one["heart"].dose_Gy != other["heart"].dose_Gy).any()


def test_a_patient_shifted_along_a_linear_dose() -> None:
    """0.1 Gy a mm: a shift of 3 mm (k=1) spreads every mean by 0.3 Gy."""
    plan, course = compared_plan(), rising(compared_plan())
    structures = external_anatomy(plan, (course,))
    side = external_beside_plan(plan, (course,), structures)
    samples = sampled_external(plan.patient, (course,), structures, side, Draws((part(SHIFT, 3.0, EBRT),), EBRT, 1))
    assert samples["heart"].mean_Gy().std() == approx(0.3, rel=0.2)
    assert samples["heart"].mean_Gy().mean() == approx(side.physical["heart"].mean_Gy, abs=0.1)
    assert np.ptp(samples["skin"].mean_Gy()) == 0.0  # its build-up goes along


def test_bands_of_two_factors_have_the_width_of_their_sum() -> None:
    """5 and 6 %: 7.81 % (k=1), so 68 % lie within 0.994 and 95 % within 1.960 times that; to a tenth."""
    parts = (part(FACTOR, 5.0), part(FACTOR, 6.0))
    for seed in (1, 2, 3):
        factor = Draws(parts, IORT, seed).factor
        for level, k in ((0.68, 0.994), (0.95, 1.960)):
            low, high = np.quantile(factor, [(1 - level) / 2, (1 + level) / 2])
            assert (high - low) / 2 == approx(k * 0.0781, rel=0.1)


def test_a_shift_takes_no_dose_from_the_surface() -> None:
    """40 Gy everywhere but in skin and air, where it is 1000 Gy: no shift may bring that into the breast."""
    plan, patient = compared_plan(), compared_plan().patient
    surface = patient.structure("skin").mask | ~patient.structure("body").mask
    course = replace(rising(plan), dose_Gy=np.where(surface, 1000.0, 40.0).astype(np.float32))
    structures = {"ipsilateral breast": external_anatomy(plan, (course,))["ipsilateral breast"]}
    side = external_beside_plan(plan, (course,), structures)
    samples = sampled_external(patient, (course,), structures, side, Draws((part(SHIFT, 3.0, EBRT),), EBRT, 1, 20))
    assert samples["ipsilateral breast"].dose_Gy == approx(40.0)


def test_fewer_points_keep_the_hot_ones_and_the_volume() -> None:
    dose_Gy = np.random.default_rng(1).exponential(1.0, 30_000)
    kept, volume_cc = fewer_points(dose_Gy, np.full(30_000, 0.01))
    assert volume_cc.sum() == approx(300.0)
    assert dose_Gy[kept].max() == dose_Gy.max()
    assert (dose_Gy[kept] @ volume_cc) / 300.0 == approx(dose_Gy.mean(), rel=0.01)


def test_statistics_move_a_curve_by_its_band() -> None:
    from openiort.plan.dvh_band import DVHBand

    band = DVHBand(np.array([0.1, 20.0]), np.array([0.2, 0.2]), 0.2)
    dvh = make_dvh("x", np.linspace(5.0, 10.0, 500), np.ones(500), prescription_Gy=20.0, band=band)
    sampled = sample_dvh(dvh, np.ones((1, 1)), np.ones(1), np.ones(2), np.array([1.0, -2.0]))
    assert sampled.mean_Gy() - dvh.mean_Gy == approx([0.2, -0.4], abs=0.02)


def test_dose_of_voxels_is_that_of_the_finer_grid() -> None:
    plan = compared_plan()
    point = np.array([CENTRE_mm]) + np.array([[20.0, 0.0, 0.0]])
    index = tuple(np.rint(plan.fine_dose.grid.to_index(point)).astype(int)[0])
    assert medium_dose_Gy(plan, point)[0] == approx(float(plan.fine_dose.medium_Gy[index]))
    assert medium_dose_Gy(plan, np.array([[900.0, 0.0, 0.0]]))[0] == 0.0
    assert PlacedStructure(plan.patient.structure("heart"), plan.patient.image.grid).points()


def test_shipped_parts_say_what_is_assumed() -> None:
    parts = uncertainty_parts()
    assert {one.column for one in parts} == {IORT, EBRT}
    assert all(one.mark != "F" for one in parts)  # only the total is published (Hensley 2017)
    assert all("assumed" in one.text or "to be confirmed" in one.text for one in parts)


def test_the_shipped_parts_add_up_to_what_is_published() -> None:
    """10 to 15 % in all: F. W. Hensley, Radiat. Oncol. 12, 37 (2017), abstract; here 5 to 10 mm from a 40 mm sphere.

    Its depth dose in water, by `make demo`: 10.1 and 5.84 Gy at 5 and 10 mm of 20 Gy, 11 % a mm.
    """
    sizes = {(one.column, one.kind): one.size for one in uncertainty_parts()}
    factors = [one.size for one in uncertainty_parts() if one.column == IORT and one.kind == FACTOR]
    per_mm_percent = 100.0 * np.log(10.1 / 5.84) / 5.0
    total_percent = np.sqrt(sum(size**2 for size in factors) + (sizes[IORT, SHIFT] * per_mm_percent) ** 2)
    assert 10.0 <= total_percent <= 15.0


@pytest.mark.parametrize(
    ("line", "said"),
    (
        ('column = "PROTON"', "column = PROTON"), ('kind = "wobble"', "kind = wobble"), ("size = -1.0", "size = -1.0"),
        ("size = 80.0", "size = 80.0"), ('mark = "maybe"', "mark = maybe"), ('source = ""', "source ="),
        ("sigma = 1.0", "'sigma' is unknown"), ('size = "5"', "size = 5"),
    ),
)
def test_bad_parts(line: str, said: str, tmp_path: Path) -> None:
    fields = {"column": '"IORT"', "name": '"calibration"', "kind": '"factor"', "size": "5.0", "mark": '"our choice"',
              "source": '"this test"'}
    key, _, value = line.partition(" = ")
    file = tmp_path / "own.toml"
    file.write_text("[[part]]\n" + "".join(f"{k} = {v}\n" for k, v in (fields | {key: value}).items()))
    with pytest.raises(InputError) as error:
        uncertainty_parts(file)
    assert said in error.value.what and "own.toml, part 1" in error.value.where


def test_own_parts_take_the_place_of_the_shipped_ones(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('[[part]]\ncolumn = "IORT"\nname = "ours"\nkind = "factor"\nsize = 3\nmark = "F"\nsource = "QA"\n')
    (own,) = uncertainty_parts(file)
    assert (own.size, own.text) == (3.0, "ours 3 %")
    file.write_text("# nothing\n")
    with pytest.raises(InputError, match="no parts"):
        uncertainty_parts(file)
