"""A plan with breasts and a heart, made up as in `plan_factory`: for tests of what stands next to another treatment."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.plan.dvh import DVH, make_dvh
from openiort.plan.goals import checked_goals, evaluate_goals
from openiort.plan.plan import Plan
from openiort.plan.plan_dvhs import with_plan_structures
from tests.plan_factory import CENTRE_mm, make_patient, make_plan_for, tissue_ratio, water_dose_Gy

RADIUS_mm = 15.0
GOALS = ("skin D0.1cc < 12 Gy", "heart mean < 1 Gy", "ipsilateral lung mean < 2 Gy", "shell 0-10 mm V50 > 5 %",
         "skin distance >= 10 mm", "spleen mean < 1 Gy")


@cache
def compared_patient() -> Patient:
    """The half cylinder with both breasts in front of the plate of bone, and a heart behind it."""
    patient = make_patient()
    grid = patient.image.grid
    z, y, x = np.meshgrid(*(np.arange(n) for n in grid.shape), indexing="ij")
    points = grid.to_points_mm(np.stack([z, y, x], -1))
    px, py = points[..., 0], points[..., 1]
    body = patient.structure("body").mask & ~patient.structure("skin").mask
    before = body & (py < 0.0)
    masks = {"right breast": before & (px < -2.0), "left breast": before & (px > 2.0),
             "heart": body & (np.abs(px - 15.0) < 12.0) & (np.abs(py - 40.0) < 15.0)}
    drawn = {name: Structure(name, mask, "contoured") for name, mask in masks.items()}
    return with_plan_structures(replace(patient, structures={**patient.structures, **drawn}), CENTRE_mm, RADIUS_mm)


@cache
def compared_plan() -> Plan:
    """The plan of that patient, with goals."""
    patient = compared_patient()
    dvhs = {name: _dvh(patient, name) for name in patient.structures if name != "air"}
    dvhs["shell 0-10 mm"] = _shell()
    plan = make_plan_for(patient, dvhs=dvhs, water_dvhs=dvhs)
    goals = evaluate_goals(checked_goals(GOALS), dvhs, dvhs, plan.distances_mm)
    return replace(plan, goals=goals)


def _dvh(patient: Patient, name: str) -> DVH:
    grid, structure = patient.image.grid, patient.structure(name)
    points = grid.to_points_mm(np.argwhere(structure.mask).astype(float))
    far_mm = np.linalg.norm(points - np.array(CENTRE_mm), axis=1)
    points, far_mm = points[far_mm > RADIUS_mm], far_mm[far_mm > RADIUS_mm]
    dose_Gy = water_dose_Gy(far_mm, RADIUS_mm) * tissue_ratio(patient, points)
    return make_dvh(name, dose_Gy, np.full(len(points), grid.voxel_volume_cc), prescription_Gy=20.0,
                    cut_by_scan=structure.cut_by_scan)


def _shell() -> DVH:
    edges_mm = RADIUS_mm + np.linspace(0.0, 10.0, 201)
    volume_cc = 4.0 / 3.0 * np.pi * np.diff(edges_mm**3) / 1000.0
    return make_dvh("shell 0-10 mm", 0.69 * water_dose_Gy((edges_mm[1:] + edges_mm[:-1]) / 2.0, RADIUS_mm), volume_cc,
                    prescription_Gy=20.0)
