"""A site's tables against the engine, with two spheres; validation/site_device has all eight."""

from __future__ import annotations

import pytest

from openiort.core.errors import InputError
from openiort.device.catalogue import read_device, site_device
from openiort.plan.commissioning import commission, compared_scale, site_depth_doses
from tests.device.example_site import TODAY, example_files, only_spheres, second_scale, tables_of


def test_tables_made_from_the_model_give_its_own_filters() -> None:
    """Tables: egs_brachy with 0.04 and 1.0 mm of aluminium (docs/device.md), so the fit must find these."""
    files = example_files()
    files["transfer.csv"] = only_spheres(files["transfer.csv"], 30, 50)
    told: list[float | None] = []
    fit = commission(site_device(tables_of(files), TODAY), progress=lambda _, share=None, detail="": told.append(share))
    assert fit.after.source_mm_Al == pytest.approx(0.04, abs=0.01)
    assert fit.after.hardening_mm_Al == pytest.approx(1.0, abs=0.02)
    assert all(abs(one.worst_before_percent) < 0.6 for one in fit.spheres)
    assert [one.level_before for one in fit.spheres] == pytest.approx([0.978] * 2, rel=0.01)  # 40 mm against median
    assert told[-1] == 1.0


def test_depths_are_those_that_the_tables_cover() -> None:
    files = example_files()
    files["bare_probe.csv"] = "\n".join(line for line in files["bare_probe.csv"].splitlines()
                                        if not line[:1].isdigit() or float(line.split(",")[0]) <= 40)  # fmt: skip
    by_diameter = {one.diameter_mm: one for one in site_depth_doses(tables_of(files))}
    assert by_diameter[50.0].depths_mm[-1] == 15.0
    assert by_diameter[15.0].depths_mm[-1] == 20.0


def test_scale_with_the_physical_course_is_compared() -> None:
    both = second_scale(example_files(), "V4.0", 1.2)
    assert compared_scale(tables_of(example_files())) == "Monte Carlo"
    assert compared_scale(tables_of(both)) == "V4.0"
    targit = {name: text.replace("Monte Carlo", "TARGIT") for name, text in both.items()}
    assert compared_scale(tables_of(targit)) == "V4.0"
    del targit["bare_probe_V4.0.csv"]
    assert compared_scale(tables_of(targit)) == "TARGIT"
    # the second scale is an invented 1.2 times the first
    first, second = (site_depth_doses(tables_of(both), scale)[0] for scale in (None, "V4.0"))
    assert second.rates_Gy_per_min == pytest.approx(1.2 * first.rates_Gy_per_min, rel=1e-4)


@pytest.mark.parametrize("seed", (-1, 2**63, 99999999999999999999999))
def test_seeds_that_cannot_be(seed: int) -> None:
    with pytest.raises(InputError, match=f"seed {seed} cannot be used"):
        commission(site_device(tables_of(example_files()), TODAY), seed=seed)


def test_catalogue_device_has_nothing_to_compare() -> None:
    with pytest.raises(InputError, match="has no tables of a site"):
        commission(read_device("generic-50kv"))
