"""Figure and files of a commissioning, on a fit of closed-form depth doses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.core.provenance import provenance
from openiort.core.table import parse_table
from openiort.device.catalogue import site_device
from openiort.device.commission import FilterFit, fit_filters
from openiort.device.site_tables import Filters
from openiort.report.commission_figure import commission_figure
from openiort.report.commission_folder import commission_table, save_commission
from tests.device.example_site import TODAY, example_files, tables_of
from tests.device.test_commission import BEFORE, LEVELS, measured, toy


@pytest.fixture
def fit() -> FilterFit:
    return fit_filters(measured(Filters(0.14, 1.25), LEVELS), toy, BEFORE)


def test_each_sphere_has_its_curves_and_the_wrong_one_its_mark(fit: FilterFit) -> None:
    shown = [axes for axes in commission_figure(fit).axes if axes.get_visible()]
    assert [axes.get_title() for axes in shown] == [
        "20 mm, level +0.0 %", "30 mm, level +0.0 %", "35 mm, level +8.0 %: stands out", "40 mm, level +0.0 %",
        "50 mm, level +0.0 %"]  # fmt: skip
    for axes, one in zip(shown, fit.spheres, strict=True):
        curves = {line.get_label(): np.asarray(line.get_ydata()) for line in axes.lines}
        assert np.array_equal(curves["model's own filters"], one.before_percent)
        assert np.array_equal(curves["fitted filters"], one.after_percent)
        assert axes.get_ylim()[1] >= np.abs(one.before_percent).max()


def test_one_sphere_alone(fit: FilterFit) -> None:
    alone = fit_filters(measured(BEFORE, {30.0: 1.0}), toy, BEFORE)
    assert sum(axes.get_visible() for axes in commission_figure(alone).axes) == 1


def test_files_hold_the_fit_or_nothing(fit: FilterFit, tmp_path: Path) -> None:
    device = site_device(tables_of(example_files()), TODAY)
    written = save_commission(device, fit, tmp_path / "out", seed=7)
    assert written == ("commission.json", "commission.csv", "commission.png")
    record = json.loads((tmp_path / "out" / "commission.json").read_text())
    assert record["filters_after_mm_Al"] == {"source": pytest.approx(0.14, abs=1e-4),
                                             "hardening": pytest.approx(1.25, abs=1e-4)}  # fmt: skip
    assert [one["diameter_mm"] for one in record["spheres"] if one["stands_out"]] == [35.0]
    table = parse_table("commission", (tmp_path / "out" / "commission.csv").read_text())
    assert len(table["depth_mm"]) == 5 * 21
    assert record["filters_uncertainty_mm_Al"]["source"] < 1e-4  # no noise in closed forms
    assert record["filters_at_limit"] == []
    assert record["provenance"] == provenance(
        seed=7, input_sha256=device.site.sha256,
        tables=("photons/cross_sections.csv", "photons/form_factors.csv", "photons/elements.csv", "materials.toml",
                "spectra/generic_50kv.csv", "devices/generic-50kv.toml"))
    with pytest.raises(InputError, match="is not empty") as error:
        save_commission(device, fit, tmp_path / "out", seed=7)
    assert "--force" not in error.value.text()


def test_without_a_fit_no_fitted_curve_is_drawn() -> None:
    fit = fit_filters(measured(Filters(0.14, 1.25), LEVELS), toy, BEFORE, dose_scale="TARGIT")
    labels = [line.get_label() for line in commission_figure(fit).axes[0].lines]
    assert "model's own filters" in labels
    assert "fitted filters" not in labels
    assert "not fitted on the scale TARGIT" in commission_table(fit)
