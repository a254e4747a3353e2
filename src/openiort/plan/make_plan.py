"""From a patient and a prescription to the plan: the stages in their order, each in its own file."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np

from openiort.core.material_table import read_material
from openiort.core.progress import Progress, silent
from openiort.core.provenance import provenance
from openiort.core.stopwatch import Stopwatch
from openiort.device.catalogue import Applicator, Device, read_device
from openiort.device.source_spectrum import source_spectrum
from openiort.dose.box_dose import BoxDose
from openiort.dose.dose_grid import DoseGrid
from openiort.dose.modes import ACCURATE
from openiort.dose.patient_scene import patient_scene
from openiort.dose.photon_dose import PhotonDose, photon_dose
from openiort.dose.point_dose import PointDose
from openiort.dose.scene import make_spectrum
from openiort.dose.second_check import SecondCheck
from openiort.dose.threads import thread_count
from openiort.dose.water_dose import WaterDose, water_dose
from openiort.patient.insertion import REPLACE, Insertion
from openiort.patient.moved_patient import moved_patient
from openiort.patient.patient import Patient
from openiort.plan.depth_dose import DEPTHS_mm, patient_depth_doses
from openiort.plan.goal import Goal
from openiort.plan.goals import checked_goals, evaluate_goals
from openiort.plan.lump import check_lump_place, chosen_lump
from openiort.plan.placement import applicator_centre_mm, check_placement, distance_warnings, distances_mm
from openiort.plan.plan import Plan, Range
from openiort.plan.plan_dvhs import plan_dvhs, with_plan_structures
from openiort.plan.prescription import check_reach, prescribe
from openiort.plan.run_limits import check_run
from openiort.plan.treatment_time import treatment_time

# of the volume that made room; voxels can tell no less than a few hundredths of a cc
MOST_CHANGE_percent, WORTH_cc = 1.0, 0.05
EFFECT_DEPTHS_mm = (5.0, 10.0)
TABLES = ("photons/cross_sections.csv", "photons/form_factors.csv", "photons/elements.csv", "materials.toml",
          "tissue_rules.toml", "hounsfield_density.csv")


def make_plan(patient: Patient, *, device: str = "generic-50kv", applicator_mm: float,
              at_mm: tuple[float, float, float] | None = None, dose_Gy: float, depth_mm: float = 0.0,
              dose_scale: str | None = None, mode: str = ACCURATE.name, uncertainty_percent: float = 1.0,
              max_minutes: float | None = None, seed: int = 1, threads: int | None = None,
              goals: Sequence[Goal | str] | None = None, lump_volume_cc: float | None = None, lump: str | None = None,
              progress: Progress = silent) -> Plan:
    """Plan one treatment.

    Args:
        patient: her anatomy (`read_patient`).
        device: name in the catalogue.
        applicator_mm: diameter of the sphere.
        at_mm: (x, y, z) of its centre, DICOM patient coordinates; a layered phantom knows it, and a `lump` that is a
            structure has its middle.
        dose_Gy: prescribed dose to water in water.
        depth_mm: depth of the prescription from the applicator's surface, 0-30.
        dose_scale: scale on which the dose is meant; None takes the device's own.
        mode: how the dose is calculated: accurate, fast or reference.
        uncertainty_percent: mean standard uncertainty (k=1) of D_m,m in the 0-10 mm shell to reach.
        max_minutes: refuse what would take longer; None waits for anything.
        seed: of the random numbers; same seed, same plan, whatever the number of threads.
        threads: to use; None for all.
        goals: what the plan is to reach; None for those that come with the program.
        lump_volume_cc: volume of the lump that is out; the tissue around it gives way to the sphere, and the plan is
            made on the moved anatomy. None: the sphere is put in place of what was scanned.
        lump: the same, as the name of a structure.
        progress: told what is being done.

    Returns:
        The plan. The patient's dose is output x time on her own tissues and is not scaled to the prescription.

    Raises:
        InputError: a value that cannot be planned with; nothing has been calculated then.
    """
    watch = Stopwatch()
    source = read_device(device)
    applicator = source.applicator(float(applicator_mm))
    prescription = prescribe(source, float(dose_Gy), float(depth_mm), dose_scale)
    check_reach(source, applicator, prescription)
    check_run(uncertainty_percent, seed, mode, max_minutes)
    wanted = checked_goals(goals)
    removed = chosen_lump(patient, lump_volume_cc, lump, applicator.radius_mm)
    if removed is not None and at_mm is None:
        at_mm = removed.centre_mm
    centre = applicator_centre_mm(patient, at_mm, applicator.diameter_mm)
    lump_warnings = [] if removed is None else check_lump_place(patient, removed, centre)
    check_placement(patient, centre, applicator.radius_mm, tissue_gives_way=removed is not None)
    spectrum = make_spectrum(*source_spectrum(source, applicator))
    sphere = read_material(source.applicator_material)
    before, insertion = None, Insertion()
    if removed is not None:
        with watch.stage("insertion"):
            before = patient
            patient, insertion = moved_patient(before, centre, applicator.radius_mm, removed.volume_cc,
                                               lump=removed.said, without=removed.structure, progress=progress)
            check_placement(patient, centre, applicator.radius_mm)
    with thread_count(threads):
        with watch.stage("water"):
            water_of = _water(source, seed, progress)
            water, timing = water_of(applicator), treatment_time(source, applicator, prescription, water_of)
        photons = timing.photons
        with watch.stage("scene"):
            progress("scene", None, "tissues around the applicator")
            scene = patient_scene(patient, centre, spectrum, sphere_radius_mm=applicator.radius_mm,
                                  sphere_material=sphere, reach_mm=prescription.depth_mm)
        with watch.stage("dose"):
            dose = photon_dose(scene, mode=mode, uncertainty_percent=uncertainty_percent, seed=seed,
                               max_minutes=max_minutes, progress=progress, keep_groups=True)
        with watch.stage("evaluation"):
            progress("evaluation", None, "depth doses and dose-volume histograms")
            points = PointDose(dose)
            fine, coarse = (dose_grid(dose, box, photons) for box in (dose.fine, dose.coarse))
            depths_mm = sorted({*DEPTHS_mm, prescription.depth_mm})
            in_water = {depth: water.at_depth_Gy(depth) for depth in depths_mm}
            water_depth_dose = {depth: value * photons for depth, (value, _) in in_water.items()}
            water_percent = {depth: 100.0 * sigma / value for depth, (value, sigma) in in_water.items()}
            to_water, to_medium = patient_depth_doses(points, patient, scene.origin_mm, applicator.radius_mm, photons,
                                                      depths_mm)
            patient = with_plan_structures(patient, scene.origin_mm, applicator.radius_mm)
            dvhs, water_dvhs = plan_dvhs(patient, dose, points, photons, prescription.dose_Gy,
                                         water_percent[prescription.depth_mm])
            distances, distances_before = (distances_mm(one, scene.origin_mm, applicator.radius_mm) if one else {}
                                           for one in (patient, before))
    patient_percent = {depth: float(dose.depth_uncertainty_percent[int(depth)]) for depth in to_water}
    effect_percent = _tissue_effect_percent(to_water, water_depth_dose)
    return Plan(
        patient=patient, device=source, applicator=applicator, centre_mm=scene.origin_mm, prescription=prescription,
        treatment_time_s=timing.time_s, times_by_scale=timing.by_scale,
        water_depth_dose_Gy=water_depth_dose,
        water_depth_dose_uncertainty_percent=water_percent,
        patient_water_depth_dose_Gy=to_water,
        patient_medium_depth_dose_Gy=to_medium,
        patient_depth_dose_uncertainty_percent=patient_percent,
        tissue_effect_percent=effect_percent,
        tissue_effect_uncertainty_percent={d: math.hypot(water_percent[d], patient_percent[d]) for d in effect_percent},
        dvhs=dvhs, water_dvhs=water_dvhs, distances_mm=distances,
        goals=evaluate_goals(wanted, dvhs, water_dvhs, distances, phantom=patient.layers is not None),
        relative_uncertainty_percent=dose.shell_uncertainty_percent,
        second_check=timing.check, fine_dose=fine, coarse_dose=coarse,
        warnings=(*_warnings(source, applicator, timing.check, distances), *lump_warnings,
                  *_insertion_warnings(insertion)),
        notes=(*patient.notes, *timing.notes, *_insertion_notes(patient, insertion)), elapsed_s=watch.elapsed_s,
        insertion=insertion, patient_before=before, distances_before_mm=distances_before,
        provenance=_provenance(patient, source, seed, dose),
        options={
            "device": source.exact_name, "applicator_mm": applicator.diameter_mm, "at_mm": centre,
            "dose_Gy": prescription.dose_Gy, "depth_mm": prescription.depth_mm, "dose_scale": prescription.dose_scale,
            "mode": mode, "uncertainty_percent": uncertainty_percent, "seed": seed,
        } | ({} if goals is None else {"goals": [goal.line for goal in wanted]})
        | {key: value for key, value in (("lump_volume_cc", lump_volume_cc), ("lump", lump)) if value is not None},
    )


def _water(device: Device, seed: int, progress: Progress) -> Callable[[Applicator], WaterDose]:
    """The engine's depth dose in water outside each sphere of a device, run once a sphere."""
    sphere = read_material(device.applicator_material)

    @cache
    def run(applicator: Applicator) -> WaterDose:
        spectrum = make_spectrum(*source_spectrum(device, applicator))
        return water_dose(spectrum, applicator.radius_mm, sphere, seed=seed, progress=progress)

    return run


def dose_grid(dose: PhotonDose, box: BoxDose, photons: float) -> DoseGrid:
    """Dose for a number of photons on a box's grid; the applicator's inside is 0."""
    grid = dose.scene.grid(box.box)

    def shaped(values: np.ndarray) -> np.ndarray:
        return np.asarray(np.where(box.part.share > 0, values, 0.0).reshape(grid.shape))

    def percent(sigma: np.ndarray, value: np.ndarray) -> np.ndarray:
        return np.asarray(100.0 * np.divide(sigma, value, out=np.zeros_like(value), where=value > 0))

    return DoseGrid(grid, shaped(box.medium_Gy * photons), shaped(box.water_Gy * photons),
                    shaped(percent(box.medium_sigma_Gy, box.medium_Gy)),
                    shaped(percent(box.water_sigma_Gy, box.water_Gy)))


def _tissue_effect_percent(patient_water: Mapping[float, Range], water: Mapping[float, float]) -> dict[float, float]:
    return {d: 100.0 * (patient_water[d].mean / water[d] - 1.0) for d in EFFECT_DEPTHS_mm if d in patient_water}


def _warnings(device: Device, applicator: Applicator, check: SecondCheck,
              distances: dict[str, float | None]) -> tuple[str, ...]:
    said = []
    if check.verdict != "pass":
        said.append(f"second check says {check.verdict.upper()}: the planned time differs by "
                    f"{check.difference_percent:+.1f} % from the independent one")
    said += distance_warnings(distances)
    said += device.warnings
    if applicator.output_mark == "fitted":
        said.append(f"the output of the {applicator.diameter_mm:g} mm sphere is {applicator.output_mark} to the "
                    "model's relative output, no published time is known")
    return tuple(said)


def _insertion_warnings(insertion: Insertion) -> list[str]:
    change_percent, moved_cc = insertion.volume_change_percent, insertion.moved_volume_cc
    if change_percent is None or moved_cc is None or abs(change_percent) <= MOST_CHANGE_percent or \
            abs(change_percent) / 100.0 * moved_cc <= WORTH_cc:
        return []
    return [f"the volume of the tissue that gave way changed by {change_percent:+.1f} % of {moved_cc:.1f} cc: look at "
            "the moved anatomy"]


def _insertion_notes(patient: Patient, insertion: Insertion) -> list[str]:
    if patient.layers is not None:
        return []
    if insertion.method == REPLACE:
        return ["the sphere was put in place of what was scanned there; where a lump comes out first, give its volume "
                "(--lump-volume-cc) or its structure (--lump), and the tissue gives way"]
    return ["the tissue has given way to the sphere: dose and structures lie on the moved anatomy, which is not where "
            "the scan shows it"]


def _provenance(patient: Patient, device: Device, seed: int, dose: PhotonDose) -> dict[str, object]:
    site = device.site
    tables = (*TABLES, device.spectrum_table, device.water_table, f"devices/{site.model if site else device.name}.toml")
    found = provenance(seed=seed, input_sha256=patient.input_sha256, tables=tables)
    if site:
        found |= {"site_device_version": site.version, "site_device_sha256": site.sha256}
    return found | {"histories": dose.histories, "batches": dose.batches}
