"""The figures that every view of a plan has: page, folder and notebook."""

from __future__ import annotations

from matplotlib.figure import Figure

from openiort.plan.plan import Plan
from openiort.report.depth_dose_figure import depth_dose_figure
from openiort.report.dvh_figure import dvh_figure
from openiort.report.plane_figure import plane_figure


def plan_figures(plan: Plan) -> dict[str, Figure]:
    """Name -> figure: `planes`, `depth_dose` and `dvh`."""
    return {"planes": plane_figure(plan), "depth_dose": depth_dose_figure(plan), "dvh": dvh_figure(plan)}
