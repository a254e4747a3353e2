"""The dose of whole-breast tangents on her CT, and the nominal dose where there is no engine."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.core.progress import Progress, silent
from openiort.external.coarse_anatomy import CoarseAnatomy, coarse_anatomy
from openiort.external.external_dose import NOMINAL, TANGENTS, ExternalDose
from openiort.external.kept_dose import KeptDose, dose_key, keep_dose, kept_dose
from openiort.external.photon_engine import EngineMaker
from openiort.external.pyradmc_engine import pyradmc_engine
from openiort.external.schedule import Schedule
from openiort.external.segment_weights import HIGHEST, LOWEST
from openiort.external.tangent_run import run_tangents
from openiort.external.tangent_setup import TangentSetup, set_up_tangents
from openiort.external.treated_breast import treated_breast
from openiort.patient.patient import Patient
from openiort.patient.sides import SAME_SIDE, midline_mm, structures_by_side
from openiort.patient.structure import Structure
from openiort.patient.voxel_space import distance_inside_mm, step_mm
from openiort.version import __version__

BoolArray = NDArray[np.bool_]
STEP = "setting up the tangents"
# dose builds up there and the margins of the CT are soft: neither weighed nor judged
UNDER_SKIN_mm, BEYOND_MIDLINE_mm = 5.0, 10.0
LEAST_percent, MOST_percent = 0.5, 20.0


def tangent_dose(patient: Patient, schedule: Schedule, *, side: str | None = None, uncertainty_percent: float = 2.0,
                 seed: int = 1, threads: int = 2, progress: Progress = silent,
                 engine: EngineMaker = pyradmc_engine) -> ExternalDose:
    """Dose of two opposed 6 MV fields, its mean in the breast the schedule's; kept, so that a second run only reads it.

    Args:
        patient: her anatomy.
        schedule: of the whole breast; its boost is not part of the dose.
        side: "left" or "right"; None where one breast is drawn.
        uncertainty_percent: mean statistical uncertainty of the voxels of the breast, 0.5 to 20.
        seed: of the random numbers.
        threads: segments that are calculated at a time.
        progress: told what is being done and how long it will take.
        engine: what calculates the dose.

    Raises:
        InputError: no engine; a partial-breast schedule; no breast; an uncertainty out of range.
    """
    _check(schedule, uncertainty_percent)
    progress(STEP)
    side, breast = treated_breast(patient, side)
    anatomy = _anatomy(patient, side, breast)
    setup = _setup(side, anatomy)
    target = target_of(anatomy)
    if not target.any():
        raise InputError(f"the {side} breast has no voxel of 3 mm deeper than {UNDER_SKIN_mm:g} mm under the skin",
                         where="structures", allowed="a breast with tissue under its skin", fix="look at its contour")
    maker = engine(anatomy.grid, anatomy.density_g_cm3)
    key = dose_key(anatomy.grid, anatomy.density_g_cm3, target, setup, maker.name, uncertainty_percent, seed)
    found = kept_dose(key, anatomy.grid.shape)
    if found is None:
        run = run_tangents(maker, setup.fields, target, uncertainty_percent=uncertainty_percent, seed=seed,
                           threads=threads, progress=progress)
        # where no photon came nothing is known: 100 %, not 0
        sigma_percent = np.divide(100.0 * run.sigma, run.relative, out=np.full(target.shape, 100.0),
                                  where=run.relative > 0)
        found = KeptDose(run.relative.astype(np.float32), np.minimum(sigma_percent, 100.0).astype(np.float32),
                         json.dumps({"weights": run.weights, "photons": run.photons}))
        keep_dose(key, found)
    reached = coverage(found.relative[target])
    reached["uncertainty_percent"] = float(found.sigma_percent[target].mean())
    provenance = _provenance(setup, breast, maker.name, uncertainty_percent, seed, key, found, reached)
    notes = (*_notes(schedule, setup, breast, reached, _other_side_cc(anatomy, setup)),
             *_heart_notes(patient), *maker.notes)
    dose_Gy = found.relative * np.float32(schedule.total_dose_Gy)
    return ExternalDose(anatomy.grid, dose_Gy, found.sigma_percent, schedule, schedule.fractions, TANGENTS,
                        maker.medium, notes, provenance)


def nominal_dose(patient: Patient, schedule: Schedule, *, side: str | None = None) -> ExternalDose:
    """The schedule's dose, even in the breast; NaN, not calculated, everywhere else.

    Args:
        patient: her anatomy.
        schedule: of the whole breast; its boost is not part of the dose.
        side: "left" or "right"; None where one breast is drawn.

    Raises:
        InputError: a partial-breast schedule; no breast.
    """
    _check(schedule, LEAST_percent)
    _, breast = treated_breast(patient, side)
    dose = np.where(breast.touched, np.float32(schedule.total_dose_Gy), np.float32(np.nan))
    notes = ("the prescription, even in the breast: nothing was calculated, no organ has a dose",
             *_breast_notes(breast), *_boost_notes(schedule))
    return ExternalDose(patient.image.grid, dose, None, schedule, schedule.fractions, NOMINAL, "water", notes,
                        {"openiort_version": __version__, "breast": breast.origin})


def target_of(anatomy: CoarseAnatomy) -> BoolArray:
    """The breast without the 5 mm under the skin."""
    inside = distance_inside_mm(anatomy.masks["body"], step_mm(anatomy.grid), UNDER_SKIN_mm) > UNDER_SKIN_mm
    return np.asarray(anatomy.masks["breast"] & inside)


def coverage(relative: NDArray[np.floating[Any]]) -> dict[str, float]:
    """Shares of the target, in per cent: at least 95 %, at most 107 %, between; and the dose of the hottest 2 %."""
    low, high = relative >= LOWEST, relative <= HIGHEST
    return {"V95_percent": 100.0 * float(low.mean()), "V107_percent": 100.0 * float((~high).mean()),
            "between_percent": 100.0 * float((low & high).mean()),
            "D2_percent": 100.0 * float(np.quantile(relative, 0.98)),
            "D98_percent": 100.0 * float(np.quantile(relative, 0.02))}


def _check(schedule: Schedule, uncertainty_percent: float) -> None:
    if schedule.volume != "whole breast":
        raise InputError(f"schedule '{schedule.name}' treats the {schedule.volume}", where="--ebrt",
                         allowed="a whole-breast schedule: tangents cover the whole breast",
                         fix="choose a whole-breast schedule, or import a dose")
    if not LEAST_percent <= uncertainty_percent <= MOST_percent:
        raise InputError(f"uncertainty {uncertainty_percent} % is out of range", where="uncertainty_percent",
                         allowed=f"{LEAST_percent:g} to {MOST_percent:g} %", fix="2 is usual, 5 a first look")


def _anatomy(patient: Patient, side: str, breast: Structure) -> CoarseAnatomy:
    sign = 1.0 if side == "left" else -1.0
    centre = (midline_mm(patient) + sign, 0.0, 0.0)
    lung = structures_by_side(patient, centre).get(f"{SAME_SIDE} lung", patient.structure("lungs"))
    masks = {"breast": breast.mask, "lungs": patient.structure("lungs").mask, "lung": lung.mask}
    if "heart" in patient.structures:
        masks["heart"] = patient.structure("heart").mask
    anatomy = coarse_anatomy(patient, masks)
    x_mm = anatomy.grid.origin_mm[0] + anatomy.grid.spacing_mm[0] * np.arange(anatomy.grid.shape[2])
    beyond = (x_mm - midline_mm(patient)) * sign < -BEYOND_MIDLINE_mm
    return CoarseAnatomy(anatomy.grid, anatomy.density_g_cm3,
                         {**anatomy.masks, "other side": anatomy.masks["body"] & beyond})


def _setup(side: str, anatomy: CoarseAnatomy) -> TangentSetup:
    masks = anatomy.masks
    organs = masks["lungs"] | masks.get("heart", np.zeros(anatomy.grid.shape, bool))
    return set_up_tangents(side, *(anatomy.points_mm(mask) for mask in (
        masks["breast"], organs, masks["other side"] & ~organs, masks["lung"])))


def _other_side_cc(anatomy: CoarseAnatomy, setup: TangentSetup) -> float:
    """Tissue beyond the midline that lies in the medial field."""
    field = setup.fields[0]
    u, v = field.projected_mm(anatomy.points_mm(anatomy.masks["other side"]))
    inside = (u > field.opening.u_mm[0]) & (v > field.opening.v_mm[0]) & (v < field.opening.v_mm[1])
    return float(inside.sum()) * anatomy.grid.voxel_volume_cc


def _notes(schedule: Schedule, setup: TangentSetup, breast: Structure, reached: dict[str, float],
           other_side_cc: float) -> tuple[str, ...]:
    medial = setup.fields[0]
    return (
        f"two opposed 6 MV fields set up by the program, gantry {medial.gantry_degrees:.0f} and "
        f"{setup.fields[1].gantry_degrees:.0f} degrees as for a patient on her back, head first; "
        "no planner has seen them",
        f"mean dose in the breast (without {UNDER_SKIN_mm:g} mm under the skin) = {schedule.total_dose_Gy:g} Gy; "
        f"{reached['between_percent']:.0f} % of it get 95-107 %, {reached['V95_percent']:.0f} % at least 95 %, "
        f"{reached['V107_percent']:.0f} % more than 107 % (voxel by voxel, each uncertain by "
        f"{reached['uncertainty_percent']:.1f} %, which widens the spread)",
        f"lung in the fields up to {setup.lung_depth_mm:.0f} mm deep; {other_side_cc:.0f} cc of her other side in them",
        *_breast_notes(breast), *_boost_notes(schedule),
    )


def _breast_notes(breast: Structure) -> tuple[str, ...]:
    found = ("nobody has drawn the breast: the program found tissue over the chest wall; look at it",)
    cut = ("the breast reaches the edge of the scan: its dose there is not complete",)
    return found * (breast.origin == "automatic") + cut * breast.cut_by_scan


def _heart_notes(patient: Patient) -> tuple[str, ...]:
    return () if "heart" in patient.structures else ("no heart is drawn: the fields do not spare it, and its dose is "
                                                     "not known",)


def _boost_notes(schedule: Schedule) -> tuple[str, ...]:
    if schedule.boost is None:
        return ()
    return (f"the boost {schedule.boost.name} to the tumour bed is not in this dose",)


def _provenance(setup: TangentSetup, breast: Structure, engine: str, uncertainty_percent: float, seed: int, key: str,
                found: KeptDose, reached: dict[str, float]) -> dict[str, Any]:
    return {"openiort_version": __version__, "engine": engine, "uncertainty_percent": uncertainty_percent, "seed": seed,
            "inputs_sha256": key, "side": setup.side, "breast": breast.origin, "lung_depth_mm": setup.lung_depth_mm,
            "breast_behind_fraction": setup.breast_behind_fraction, "coverage": reached,
            "fields": [asdict(field) for field in setup.fields], **json.loads(found.details)}
