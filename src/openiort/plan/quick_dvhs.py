"""The few DVHs by which one plan is compared with what it might have been: dose, shells and structures named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from openiort.core.material_table import read_material
from openiort.core.progress import Progress, silent
from openiort.device.catalogue import Applicator, Device
from openiort.device.source_spectrum import source_spectrum
from openiort.dose.dose_spread import dose_spread
from openiort.dose.modes import FAST
from openiort.dose.patient_scene import patient_scene
from openiort.dose.photon_dose import photon_dose
from openiort.dose.point_dose import PointDose
from openiort.dose.scene import make_spectrum
from openiort.patient.patient import Patient
from openiort.plan.dose_samples import DoseSamples
from openiort.plan.dvh import DVH
from openiort.plan.shell_dvh import shell_dvhs
from openiort.plan.structure_dvh import structure_dvh

UNCERTAINTY_percent = 2.0


def quick_dvhs(patient: Patient, device: Device, applicator: Applicator, centre_mm: tuple[float, float, float], *,
               photons: float, prescription_Gy: float, structures: Iterable[str], seed: int = 1,
               uncertainty_percent: float = UNCERTAINTY_percent,
               progress: Progress = silent) -> tuple[Mapping[str, DVH], Mapping[str, DVH]]:
    """Structure -> DVH, of D_m,m and of D_w, the shells among them, by the mode `fast`.

    Args:
        patient: her anatomy with the sphere in it.
        device: what irradiates.
        applicator: one of its spheres.
        centre_mm: of the sphere, patient coordinates.
        photons: that the source emits.
        prescription_Gy: what 100 % means.
        structures: besides the shells; those that she does not have are left out.
        seed: of the random numbers.
        uncertainty_percent: mean standard uncertainty (k=1) in the 0-10 mm shell to reach.
        progress: told what is being done.
    """
    scene = patient_scene(patient, centre_mm, make_spectrum(*source_spectrum(device, applicator)),
                          sphere_radius_mm=applicator.radius_mm,
                          sphere_material=read_material(device.applicator_material))
    dose = photon_dose(scene, mode=FAST.name, uncertainty_percent=uncertainty_percent, seed=seed, progress=progress,
                       keep_groups=True)
    points, spread = PointDose(dose), dose_spread(dose)
    names = [name for name in dict.fromkeys(structures) if name in patient.structures]
    samples = DoseSamples(patient, dose, points, names, spread)
    shells = shell_dvhs(points, patient, centre_mm, applicator.radius_mm, photons, prescription_Gy, spread)
    found = {name: structure_dvh(name, samples, photons, prescription_Gy) for name in names}
    to_medium, to_water = ({name: pair[k] for name, pair in (shells | found).items()} for k in (0, 1))
    return to_medium, to_water
