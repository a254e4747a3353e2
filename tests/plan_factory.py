"""A plan with made-up but plausible numbers, built from the real data classes: for tests of what plans are shown as.

The dose follows 20 Gy x (R/r)^2 exp(-0.0325/mm (r - R)) in water, 5.2 Gy at 10 mm of a 30 mm sphere as published
(docs/device.md), times a ratio for each tissue; the anatomy is a half cylinder with a plate of bone and one of lung.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiort.core.grid import Grid
from openiort.device.catalogue import read_device
from openiort.dose.dose_grid import DoseGrid
from openiort.dose.second_check import SecondCheck
from openiort.patient.identity import SourceIdentity
from openiort.patient.image import CTImage
from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.patient.tissue_map import TissueMap
from openiort.patient.tissue_palette import tissue_palette
from openiort.plan.dvh import make_dvh
from openiort.plan.plan import Plan, Range
from openiort.plan.prescription import Prescription

FloatArray = NDArray[np.float64]
CENTRE_mm = (-30.0, -24.0, 10.0)
FALL_per_mm = 0.0325
RATIO = {"adipose": 0.62, "gland": 0.81, "skin": 0.94, "muscle": 1.03, "lung": 1.04, "bone": 3.5, "air": 0.0}
DEPTHS_mm = (0.0, 1.0, 2.0, 5.0, 7.0, 10.0, 20.0)
IDENTITY = SourceIdentity(
    patient_name="Xylophonova^Quintessa^Maria",
    patient_id="HOSP-778-4411",
    birth_date="19581103",
    sex="F",
    study_instance_uid="1.2.826.0.1.3680043.8.498.1",
    series_instance_uid="1.2.826.0.1.3680043.8.498.2",
    frame_of_reference_uid="1.2.826.0.1.3680043.8.498.3",
    study_date="20240229",
    institution="St Elsewhere Infirmary",
    referring_physician="Zaphodsky^Ford",
)


@cache
def make_patient() -> Patient:
    """A lying half cylinder, 200 mm wide and 100 mm high, of 4 mm slices."""
    grid = Grid((-148.0, -98.0, -56.0), (2.0, 2.0, 4.0), (34, 100, 149))
    z, y, x = np.meshgrid(*(np.arange(n) for n in grid.shape), indexing="ij")
    points = grid.to_points_mm(np.stack([z, y, x], -1))
    px, py = points[..., 0], points[..., 1]
    r = np.hypot(px, py - 40.0)
    body = (r < 100.0) & (py < 80.0)
    skin = body & (r > 97.5)
    bone = body & (np.abs(py - 8.0) < 4.0) & (np.abs(px) < 80)
    lungs = body & (py > 20.0) & (py < 60.0) & (np.abs(px) < 70) & (np.abs(px) > 12)
    palette = tissue_palette()
    index = np.zeros(grid.shape, np.uint8)
    hounsfield = np.full(grid.shape, -1000.0, np.float32)
    gland = body & (np.sin(px / 9.0) * np.cos(py / 7.0) > 0.2)
    for where, material, number in ((body, palette.first_breast, -105.0),
                                    (gland, palette.first_breast + palette.breast_steps, 35.0),
                                    (skin, palette.skin, 20.0), (lungs, palette.lung, -750.0),
                                    (bone, palette.first_bone + palette.bone_steps, 700.0)):  # fmt: skip
        index[where], hounsfield[where] = material, number
    masks = {"body": body, "skin": skin, "lungs": lungs, "bone": bone, "air": ~body}
    return Patient(
        image=CTImage(hounsfield, grid),
        structures={name: Structure(name, mask, cut_by_scan=name != "air") for name, mask in masks.items()},
        tissues=TissueMap(palette.materials, index, np.where(body, 1.0, 0.0012), palette.shares),
        pseudonym="P-7F3A91C2",
        identity=IDENTITY,
        input_sha256="ab" * 32,
        notes=("2 files that are no DICOM were skipped",),
    )


def water_dose_Gy(r_mm: FloatArray, radius_mm: float, dose_Gy: float = 20.0) -> FloatArray:
    """Dose to water at a distance from the centre; 0 inside the sphere."""
    r = np.maximum(r_mm, 1e-6)
    dose = dose_Gy * (radius_mm / r) ** 2 * np.exp(-FALL_per_mm * (r - radius_mm))
    return np.where(r_mm < radius_mm, 0.0, dose)


def tissue_ratio(patient: Patient, points_mm: FloatArray) -> FloatArray:
    """D_m,m to D_w of the tissue at points (..., 3)."""
    grid = patient.image.grid
    index = np.clip(np.rint(grid.to_index(points_mm)).astype(int), 0, np.array(grid.shape) - 1)
    material = patient.tissues.material_index[tuple(np.moveaxis(index, -1, 0))]
    ratios = [sum(share * RATIO.get(tissue, RATIO["bone"]) for tissue, share in shares.items())
              for shares in patient.tissues.tissue_of_material]  # fmt: skip
    return np.array(ratios)[material]


def make_dose_grid(patient: Patient, centre_mm: tuple[float, float, float], radius_mm: float, low_mm: FloatArray,
                   high_mm: FloatArray, step_mm: float, noise_percent: float = 0.0) -> DoseGrid:
    """The made-up dose on a grid of cubic voxels between two corners."""
    count = np.ceil((high_mm - low_mm) / step_mm).astype(int)
    x, y, z = (float(v) for v in low_mm + step_mm / 2)
    grid = Grid((x, y, z), (step_mm,) * 3, (int(count[2]), int(count[1]), int(count[0])))
    axes = np.meshgrid(*(np.arange(n, dtype=float) for n in grid.shape), indexing="ij")
    points = grid.to_points_mm(np.stack(axes, -1))
    water = water_dose_Gy(np.linalg.norm(points - centre_mm, axis=-1), radius_mm)
    if noise_percent:
        water = water * np.random.default_rng(1).normal(1.0, noise_percent / 100.0, water.shape)
    medium = water * tissue_ratio(patient, points)
    percent = np.where(water > 0, 2.5, 0.0)
    return DoseGrid(grid, *(np.asarray(a, np.float32) for a in (medium, water, percent, percent)))


def make_plan_for(patient: Patient, *, centre_mm: tuple[float, float, float] = CENTRE_mm, diameter_mm: float = 30.0,
                  fine_half_mm: float = 40.0, depth_mm: float = 0.0, noise_percent: float = 0.0,
                  **changes: Any) -> Plan:
    """A plan on a patient; any field of `Plan` can be given instead of the made-up one."""
    device = read_device("generic-50kv")
    applicator, centre = device.applicator(diameter_mm), np.array(centre_mm)
    radius = applicator.radius_mm
    corners = patient.image.grid.corners_mm()
    fine = make_dose_grid(patient, centre_mm, radius, centre - fine_half_mm, centre + fine_half_mm, 1.0, noise_percent)
    coarse = make_dose_grid(patient, centre_mm, radius, corners.min(0), corners.max(0), 4.0)
    water = {d: float(water_dose_Gy(np.array(radius + d), radius)) for d in DEPTHS_mm}
    fields: dict[str, Any] = {
        "patient": patient, "device": device, "applicator": applicator, "centre_mm": centre_mm,
        "prescription": Prescription(20.0, depth_mm), "treatment_time_s": 1380.4, "water_depth_dose_Gy": water,
        "water_depth_dose_uncertainty_percent": dict.fromkeys(DEPTHS_mm, 0.31),
        "patient_water_depth_dose_Gy": {d: _range(v, 0.97 - 0.004 * d) for d, v in water.items()},
        "patient_medium_depth_dose_Gy": {d: _range(v, 0.69) for d, v in water.items()},
        "patient_depth_dose_uncertainty_percent": dict.fromkeys(DEPTHS_mm, 0.42),
        "tissue_effect_percent": {5.0: -4.6, 10.0: -7.1},
        "tissue_effect_uncertainty_percent": {5.0: 0.5, 10.0: 0.5},
        "dvhs": _dvhs(patient, centre, radius),
        "distances_mm": {"skin": 14.25, "bone": 13.0, "lungs": 29.0},
        "relative_uncertainty_percent": 2.84,
        "second_check": SecondCheck(1372.9, 0.546, "pass", "dose to water per photon outside the spheres"),
        "fine_dose": fine, "coarse_dose": coarse, "warnings": device.warnings,
        "notes": ("the scan ends inside the body",), "elapsed_s": {"anatomy": 4.2, "dose": 31.7, "dvh": 3.3},
        "provenance": {
            "openiort_version": "0.1.0", "compiled_sources_sha256": "0123456789abcdef", "python_version": "3.11.7",
            "machine": "x86_64", "libraries": {"numpy": "2.4.6", "pydicom": "3.0.2"}, "seed": 1,
            "input_sha256": patient.input_sha256, "tables_sha256": {"materials.toml": "cd" * 32},
            "histories": 1_600_000, "batches": 80,
        },
    }  # fmt: skip
    return Plan(**(fields | changes))


@cache
def make_plan() -> Plan:
    """The plan most tests look at."""
    return make_plan_for(make_patient(), fine_half_mm=30.0)


def renamed(plan: Plan, identity: SourceIdentity) -> Plan:
    """The same plan for somebody else."""
    return replace(plan, patient=replace(plan.patient, identity=identity))


def _range(water_Gy: float, ratio: float) -> Range:
    return Range(water_Gy * ratio, water_Gy * ratio * 0.86, water_Gy * ratio * 1.24)


def _dvhs(patient: Patient, centre: FloatArray, radius: float) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for width in (5.0, 10.0):
        r = np.linspace(radius, radius + width, 401)
        middle, volume = (r[1:] + r[:-1]) / 2, 4 / 3 * np.pi * np.diff(r**3) / 1000
        name = f"shell 0-{width:g} mm"
        found[name] = make_dvh(name, water_dose_Gy(middle, radius) * 0.7, volume, prescription_Gy=20.0)
    grid = patient.image.grid
    place: Callable[[str], FloatArray] = lambda name: grid.to_points_mm(np.argwhere(patient.structure(name).mask))  # noqa: E731
    for name in ("skin", "bone", "lungs", "body"):
        points = place(name)
        r = np.linalg.norm(points - centre, axis=-1)
        dose = (water_dose_Gy(r, radius) * tissue_ratio(patient, points))[r > radius]
        found[name] = make_dvh(name, dose, np.full(len(dose), grid.voxel_volume_cc), prescription_Gy=20.0,
                               covered_percent=None, cut_by_scan=True)
    return found
