"""A site's tables against the engine, with two spheres; validation/site_device has all eight."""

from __future__ import annotations

import pytest

from openiort.core.errors import InputError
from openiort.device.catalogue import read_device, site_device
from openiort.plan.commissioning import commission, site_depth_doses
from tests.device.example_site import TODAY, example_files, only_spheres, tables_of


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


def test_catalogue_device_has_nothing_to_compare() -> None:
    with pytest.raises(InputError, match="has no tables of a site"):
        commission(read_device("generic-50kv"))
