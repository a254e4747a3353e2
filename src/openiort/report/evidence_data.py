"""What the second page says beside the doses: tissues, insertion, device and its scale, both paths of the check."""

from __future__ import annotations

import math
from typing import Any

from openiort.device.catalogue import REFERENCE_DOSE_Gy, time_origin
from openiort.device.site_tables import SiteTables
from openiort.patient.insertion import DISPLACE
from openiort.plan.placement import SEARCH_mm
from openiort.plan.plan import Plan
from openiort.plan.tissue_shares import tissues_around
from openiort.report.plain_text import Clean, plain_text
from openiort.report.wording import DASH, minutes_seconds, short_hash, signed

Rows = list[dict[str, str]]
TISSUE_ROWS = 8
LONGEST, LONGEST_SOURCE = 110, 150
IN_PLACE = "Sphere in place of the scanned tissue; nothing has moved."


def tissue_table(plan: Plan, clean: Clean) -> dict[str, Any]:
    """Share and density of each tissue, region by region; most of it next to the sphere first."""
    regions = tissues_around(plan.patient, plan.centre_mm, plan.applicator.radius_mm)
    names = dict.fromkeys(share.tissue for shares in regions.values() for share in shares)
    found = {region: {share.tissue: share for share in shares} for region, shares in regions.items()}
    rows = []
    for name in list(names)[:TISSUE_ROWS]:
        cells = [found[region].get(name) for region in regions]
        rows.append([clean(name, 20), *(cell for share in cells for cell in (
            ("", "") if share is None else (_share(share.fraction), _density(share.density_g_cm3))))])
    return {"regions": [region.replace("-", DASH) for region in regions], "rows": rows}


def _density(density_g_cm3: float) -> str:
    return f"{density_g_cm3:.2f}" if density_g_cm3 >= 0.095 else f"{density_g_cm3:.3f}"


def _share(fraction: float) -> str:
    return f"{100 * fraction:.1f}" if fraction >= 0.0005 else "< 0.1"


def insertion_block(plan: Plan, clean: Clean, *, with_figure: bool) -> dict[str, Any]:
    """How the sphere came into the tissue: one line, or figures with the distances before and after."""
    done = plan.insertion
    if done.method != DISPLACE:
        return {"line": "Layered phantom around the sphere: nothing has moved." if plan.patient.layers else IN_PLACE,
                "rows": [], "distances": [], "figure": False}
    rows = [
        ("lump taken out", clean(done.lump, 40)),
        ("its volume", _number(done.lump_volume_cc, "cc")),
        ("radius of its ball", _number(done.lump_radius_mm, "mm")),
        ("room made", _number(done.moved_volume_cc, "cc")),
        ("tissue's volume", "change too small to measure" if done.volume_change_percent is None
         else f"{signed(done.volume_change_percent)} % of that"),
        ("largest shift", _number(done.largest_shift_mm, "mm")),
    ]
    distances = [[clean(name, 20), _distance(plan.distances_before_mm.get(name)), _distance(after)]
                 for name, after in plan.distances_mm.items()] if plan.distances_before_mm else []
    return {"line": "The lump is out and the tissue around it has given way to the sphere.", "rows": _rows(rows),
            "distances": distances, "figure": with_figure}


def _distance(distance_mm: float | None) -> str:
    return f"> {SEARCH_mm:g}" if distance_mm is None else f"{distance_mm:.1f}"


def _number(value: float | None, unit: str) -> str:
    return DASH if value is None else f"{value:.1f} {unit}"


def device_rows(plan: Plan, clean: Clean) -> Rows:
    """What irradiates, how much of it comes out, and whose grays these are."""
    device, applicator, asked = plan.device, plan.applicator, plan.prescription
    filters = device.filters.source_mm_Al + device.added_filters.source_mm_Al
    if applicator.hardened:
        filters += device.filters.hardening_mm_Al + device.added_filters.hardening_mm_Al
    other = ", ".join(f"{minutes_seconds(time_s)} on {scale}" for scale, time_s in plan.times_by_scale.items()
                      if scale != asked.dose_scale)
    surface_min = applicator.surface_time_min
    rows = [
        ("device", f"{device.exact_name}: {device.title}"),
        ("applicator", f"sphere {applicator.diameter_mm:g} mm, {device.applicator_material}"),
        ("treatment time", f"{minutes_seconds(plan.treatment_time_s)} min:s, {time_origin(device)}"),
        ("on other scales", f"{other} min:s for the same number of grays" if other else ""),
        ("output", f"{applicator.output_mark}; {REFERENCE_DOSE_Gy:g} Gy at the surface in {surface_min:.2f} min"
         if math.isfinite(surface_min) else applicator.output_mark),
        ("dose scale", f"{asked.dose_scale}; the device has {', '.join(device.dose_scales)}"),
        ("spectrum", f"{applicator.spectrum.replace('_', ' ')}, effective filter {filters:.3g} mm Al in all"),
        *(_site_rows(device.site) if device.site else (("source", _first(device.sources)),)),
    ]
    return [row for row in _rows([(label, clean(value, LONGEST_SOURCE if label == "source" else LONGEST))
                                  for label, value in rows]) if row["value"]]


def _first(sources: tuple[str, ...]) -> str:
    more = f"; {len(sources) - 1} more in plan.json" if len(sources) > 1 else ""
    return plain_text(sources[0], LONGEST_SOURCE - len(more)) + more if sources else ""


def _site_rows(site: SiteTables) -> list[tuple[str, str]]:
    until = f", trusted for {site.valid_days} days"
    factor_until = f", trusted for {site.output_valid_days} days" if site.output_valid_days else ""
    return [
        ("site's tables", f"version {site.version}, {short_hash(site.sha256)}, source {site.source_id}"),
        ("measured", f"{site.calibrated.isoformat()}{until}; {site.measured_by}"),
        ("output factor", f"{site.output_factor:.4g} of {site.output_date.isoformat()}{factor_until}; "
         f"{site.output_origin}"),
        ("spectral model", f"{site.model}" + (", filters fitted to the site's depth doses" if site.fitted else "")),
    ]


def check_rows(plan: Plan, clean: Clean) -> Rows:
    """Both paths to the time, how far they are apart, and what the second rests on."""
    check, planned = plan.second_check, minutes_seconds(plan.treatment_time_s)
    first = ("the site's own tables: bare rate × transfer coefficient × output factor" if plan.device.site
             else "Monte Carlo in water, with the device's photons per minute")
    second = ("Monte Carlo in water" if plan.device.site
              else "another program's dose per photon in water, with the same photons per minute")
    return _rows([
        ("planned", f"{planned} min:s by {first}"),
        ("independent", f"{minutes_seconds(check.time_s)} min:s by {second}"),
        ("difference", f"{signed(check.difference_percent)} %: {check.verdict.upper()} (pass to 3 %, review to 5 %)"),
        ("source", clean(check.source.removeprefix("what:").split(";")[0].strip(), LONGEST_SOURCE)),
        ("not checked", "what tissues do to the dose (both paths are in water)"
                        + ("" if plan.device.site else " and the output, which both paths share")),
    ])


def _rows(pairs: list[tuple[str, str]]) -> Rows:
    return [{"label": label, "value": value} for label, value in pairs]
