"""The result of a commissioning as files: record, table and figure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from openiort.device.catalogue import Device
from openiort.device.commission import FilterFit
from openiort.plan.commissioning import commission_provenance
from openiort.plan.plan_record import PROGRAM, json_ready
from openiort.report.commission_figure import commission_figure
from openiort.report.figure_style import drawing, png
from openiort.report.output_folder import write_folder
from openiort.version import __version__

NEEDED_bytes = 2_000_000
DIGITS = 6
COLUMNS = "diameter_mm,depth_mm,site_Gy_per_min,site_against_model_before_percent,site_against_model_after_percent"


def commission_record(device: Device, fit: FilterFit, *, seed: int) -> dict[str, Any]:
    """Everything, ready for JSON."""
    site, sigma = device.site, fit.uncertainty
    record = {
        "program": PROGRAM, "openiort_version": __version__, "device": device.name,
        "device_version": site.version if site else 0, "device_sha256": site.sha256 if site else "",
        "model": site.model if site else device.name, "dose_scale": fit.dose_scale,
        "is_fitted": fit.is_fitted,
        "filters_before_mm_Al": {"source": fit.before.source_mm_Al, "hardening": fit.before.hardening_mm_Al},
        "filters_after_mm_Al": {"source": fit.after.source_mm_Al, "hardening": fit.after.hardening_mm_Al},
        "filters_uncertainty_mm_Al": {"source": sigma.source_mm_Al, "hardening": sigma.hardening_mm_Al},
        "filters_correlation": sigma.correlation,
        "filters_at_limit": [name.removesuffix("_mm_Al") for name in fit.at_limit],
        "spheres": [
            {"diameter_mm": one.measured.diameter_mm, "worst_before_percent": one.worst_before_percent,
             "worst_after_percent": one.worst_after_percent, "level_before": one.level_before,
             "level_after": one.level_after, "level_against_median_percent": one.stands_out_percent,
             "stands_out": one.stands_out}
            for one in fit.spheres
        ],
    }  # fmt: skip
    ready: dict[str, Any] = json_ready(record, DIGITS)
    return ready | {"provenance": commission_provenance(device, seed=seed)}


def commission_table(fit: FilterFit) -> str:
    """CSV, one row a sphere and depth."""
    unfitted = "" if fit.is_fitted else f" (not fitted on the scale {fit.dose_scale}: both are the same)"
    lines = ["# what: dose rates of the site, and their difference from the model in percent, levels matched over "
             f"these depths; before and after its filters were fitted{unfitted}", COLUMNS]
    for one in fit.spheres:
        columns = (one.measured.depths_mm, one.measured.rates_Gy_per_min, one.before_percent, one.after_percent)
        lines += [f"{one.measured.diameter_mm:g},{depth:g},{rate:.5g},{early:.2f},{late:.2f}"
                  for depth, rate, early, late in zip(*columns, strict=True)]  # fmt: skip
    return "\n".join(lines) + "\n"


def save_commission(device: Device, fit: FilterFit, folder: Path, *, seed: int) -> tuple[str, ...]:
    """Write `commission.json`, `commission.csv` and `commission.png` into a new or empty folder, or nothing.

    Raises:
        InputError: the folder cannot be used.
    """

    def fill(beside: Path) -> None:
        text = json.dumps(commission_record(device, fit, seed=seed), allow_nan=False, ensure_ascii=False, indent=1)
        (beside / "commission.json").write_text(text + "\n", encoding="utf-8")
        (beside / "commission.csv").write_text(commission_table(fit), encoding="utf-8")
        figure = commission_figure(fit)
        with drawing():
            (beside / "commission.png").write_bytes(png(figure))

    write_folder(folder, fill, only_empty=True, private=False, needed_bytes=NEEDED_bytes)
    return ("commission.json", "commission.csv", "commission.png")
