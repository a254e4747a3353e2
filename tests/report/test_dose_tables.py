"""Doses as rows of text: rounding, what comes first, what is counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from openiort.plan.dvh import make_dvh
from openiort.plan.dvh_band import DVHBand
from openiort.plan.plan import Range
from openiort.report.dose_tables import depth_table, dvh_caption, dvh_table, key_structures
from openiort.report.plain_text import plain_text
from tests.plan_factory import make_plan

DASH = "\N{EN DASH}"


def band(sigma_Gy: float, mean_sigma_Gy: float = 0.0) -> DVHBand:
    return DVHBand(np.array([0.1, 20.0]), np.array([sigma_Gy, sigma_Gy]), mean_sigma_Gy)


def test_depths_are_rows_with_mean_and_range() -> None:
    ranges = {0.0: Range(20.04, 9.996, 25.0), 7.5: Range(3.456, 0.0, 9.99)}
    plan = replace(make_plan(), water_depth_dose_Gy={0.0: 20.0, 7.5: 5.0}, patient_water_depth_dose_Gy=ranges,
                   patient_medium_depth_dose_Gy={})
    # by hand: one decimal from 10 Gy on, two below
    assert depth_table(plan) == [
        ["0", "20.0", "20.0", f"10.0{DASH}25.0", "", ""],
        ["7.5", "5.00", "3.46", f"0.00{DASH}9.99", "", ""],
    ]


def test_a_prescription_depth_of_its_own_makes_eight_rows() -> None:
    depths = (0.0, 1.0, 2.0, 5.0, 7.0, 10.0, 15.0, 20.0)
    table = depth_table(replace(make_plan(), water_depth_dose_Gy={depth: 20.0 - depth for depth in depths}))
    assert [row[0] for row in table] == [f"{depth:g}" for depth in depths]


def test_dvh_rows_and_their_figures() -> None:
    dvh = make_dvh("skin", np.full(300, 7.0), np.full(300, 0.01), prescription_Gy=10.0, cut_by_scan=True)
    table = dvh_table(replace(make_plan(), dvhs={"skin": dvh}), plain_text)
    # 3 cc at 7 Gy of 10: all figures by hand
    row = dict(zip(["structure", *(item["name"] for item in table["head"])], table["rows"][0], strict=True))
    assert row["structure"] == "skin *" and table["cut"]
    assert (row["volume"], row["mean"], row["D2cc"], row["V90"], row["V50"]) == ("3.00", "7.00", "7.00", "0.0", "100.0")


def test_structures_that_do_not_fit_are_counted() -> None:
    dvh = make_plan().dvh("skin")
    table = dvh_table(replace(make_plan(), dvhs={f"organ {number}": dvh for number in range(14)}), plain_text)
    assert (len(table["rows"]), table["more"]) == (12, 2)


def test_uncertainty_as_far_as_two_decimals_tell_it() -> None:
    def cell(sigma_Gy: float) -> str:
        dvh = make_dvh("skin", np.full(300, 7.0), np.full(300, 0.01), prescription_Gy=10.0, band=band(sigma_Gy))
        return str(dvh_table(replace(make_plan(), dvhs={"skin": dvh}), plain_text)["rows"][0][4])

    # by hand
    assert [cell(s) for s in (0.0049, 0.02, 0.094, 0.16)] == ["7.00", "7.00 ± 0.02", "7.00 ± 0.09", "7.0 ± 0.2"]


def test_target_and_organs_that_decide_come_first() -> None:
    dvh = make_plan().dvh("skin")
    names = ("shell 0-5 mm", "body", "lungs", "bone", "skin", "ipsilateral lung", "PTV", "heart", "GTV")
    rows = key_structures(replace(make_plan(), dvhs=dict.fromkeys(names, dvh)), plain_text)["rows"]
    # both lungs say nothing beside the one that is near
    assert [row[0].removesuffix(" *") for row in rows] == [
        "PTV", "skin", "bone", "ipsilateral lung", "heart", "shell 0-5 mm", "body",
    ]  # fmt: skip


def test_caption_tells_how_wide_the_widest_band_is() -> None:
    dvhs = {"skin": replace(make_plan().dvh("skin"), band=band(0.05)),
            "bone": replace(make_plan().dvh("bone"), band=band(0.2))}
    said = dvh_caption(replace(make_plan(), dvhs=dvhs), plain_text)
    assert "± 2 standard uncertainties" in said and "at most ± 0.40 Gy (bone)" in said  # two of 0.2 Gy
    assert dvh_caption(make_plan(), plain_text) == ""
