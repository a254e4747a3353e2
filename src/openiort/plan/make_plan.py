"""From a patient and a prescription to the plan: the stages in their order, each in its own file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from openiort.core.material_table import read_material
from openiort.core.progress import Progress, silent
from openiort.core.provenance import provenance
from openiort.core.stopwatch import Stopwatch
from openiort.device.catalogue import Applicator, Device, read_device
from openiort.device.source_spectrum import source_spectrum
from openiort.dose.modes import ACCURATE
from openiort.dose.patient_scene import patient_scene
from openiort.dose.photon_dose import PhotonDose, photon_dose
from openiort.dose.processors import CPU
from openiort.dose.scene import make_spectrum
from openiort.dose.second_check import SecondCheck
from openiort.dose.threads import thread_count
from openiort.patient.patient import Patient
from openiort.plan.engine_water import engine_water
from openiort.plan.evaluation import evaluate
from openiort.plan.goal import Goal
from openiort.plan.goals import checked_goals, evaluate_goals
from openiort.plan.placed import place_applicator
from openiort.plan.placement import distance_warnings
from openiort.plan.plan import Plan
from openiort.plan.prescription import check_reach, prescribe
from openiort.plan.run_limits import check_run
from openiort.plan.treatment_time import treatment_time

TABLES = ("photons/cross_sections.csv", "photons/form_factors.csv", "photons/elements.csv", "materials.toml",
          "tissue_rules.toml", "hounsfield_density.csv")


def make_plan(patient: Patient, *, device: str = "generic-50kv", applicator_mm: float,
              at_mm: tuple[float, float, float] | None = None, dose_Gy: float, depth_mm: float = 0.0,
              dose_scale: str | None = None, mode: str = ACCURATE.name, uncertainty_percent: float = 1.0,
              max_minutes: float | None = None, seed: int = 1, threads: int | None = None,
              goals: Sequence[Goal | str] | None = None, lump_volume_cc: float | None = None, lump: str | None = None,
              processor: str = CPU, progress: Progress = silent) -> Plan:
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
        processor: on which photons are followed: cpu, or cuda for an NVIDIA GPU, whose last bits change from run to
            run.
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
    check_run(uncertainty_percent, seed, mode, max_minutes, processor)
    wanted = checked_goals(goals)
    spectrum = make_spectrum(*source_spectrum(source, applicator))
    sphere = read_material(source.applicator_material)
    with watch.stage("insertion"):
        placed = place_applicator(patient, applicator, at_mm, lump_volume_cc=lump_volume_cc, lump=lump,
                                  progress=progress)
    with thread_count(threads):
        with watch.stage("water"):
            water_of = engine_water(source, seed, progress)
            water, timing = water_of(applicator), treatment_time(source, applicator, prescription, water_of)
        with watch.stage("scene"):
            progress("scene", None, "tissues around the applicator")
            scene = patient_scene(placed.patient, placed.centre_mm, spectrum, sphere_radius_mm=applicator.radius_mm,
                                  sphere_material=sphere, reach_mm=prescription.depth_mm)
        with watch.stage("dose"):
            dose = photon_dose(scene, mode=mode, uncertainty_percent=uncertainty_percent, seed=seed,
                               max_minutes=max_minutes, progress=progress, keep_groups=True,
                               processor=processor)
        with watch.stage("evaluation"):
            progress("evaluation", None, "depth doses and dose-volume histograms")
            found = evaluate(placed, dose, water, timing.photons, prescription, applicator.radius_mm)
    asked = {
        "device": source.exact_name, "applicator_mm": applicator.diameter_mm, "at_mm": placed.centre_mm,
        "dose_Gy": prescription.dose_Gy, "depth_mm": prescription.depth_mm, "dose_scale": prescription.dose_scale,
        "mode": mode, "uncertainty_percent": uncertainty_percent, "seed": seed, "lump_volume_cc": lump_volume_cc,
        "lump": lump, "processor": None if processor == CPU else processor,
        "goals": None if goals is None else [goal.line for goal in wanted],
    }
    return Plan(
        **{item.name: getattr(found, item.name) for item in fields(found)},
        device=source, applicator=applicator, centre_mm=scene.origin_mm, prescription=prescription,
        treatment_time_s=timing.time_s, times_by_scale=timing.by_scale, second_check=timing.check,
        relative_uncertainty_percent=dose.shell_uncertainty_percent,
        insertion=placed.insertion, patient_before=placed.before, photons=timing.photons,
        goals=evaluate_goals(wanted, found.dvhs, found.water_dvhs, found.distances_mm,
                             phantom=placed.patient.layers is not None),
        warnings=(*_warnings(source, applicator, timing.check, found.distances_mm), *placed.warnings),
        notes=(*placed.patient.notes, *timing.notes, *placed.notes), elapsed_s=watch.elapsed_s,
        provenance=_provenance(placed.patient, source, seed, dose),
        options={key: value for key, value in asked.items() if value is not None},
    )


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


def _provenance(patient: Patient, device: Device, seed: int, dose: PhotonDose) -> dict[str, object]:
    site = device.site
    tables = (*TABLES, device.spectrum_table, device.water_table, f"devices/{site.model if site else device.name}.toml")
    found = provenance(seed=seed, input_sha256=patient.input_sha256, tables=tables)
    if site:
        found |= {"site_device_version": site.version, "site_device_sha256": site.sha256}
    return found | {"histories": dose.histories, "batches": dose.batches}
