"""Structures of a real CT, written as DICOM and filled again by plastimatch, a program of other people."""

from __future__ import annotations

import math
import os
import subprocess
from pathlib import Path

import pytest

from openiort.dicom.read_patient import read_patient
from openiort.dicom.write_structures import write_structures
from tests.dicom.checkers import dciodvfy_errors, dcmtk_complaints, read_nrrd
from tests.required_tools import require_tool

DATA = Path(os.environ.get("OPENIORT_DATA") or Path(__file__).parents[3] / "shared" / "data")
CT = DATA / "acrin_flt_breast_013"
CENTRE_mm, RADIUS_mm = (-88.2, -222.9, -587.0), 15.0  # as in the README


@pytest.mark.skipif(not CT.is_dir(), reason="no real data: set OPENIORT_DATA")
def test_plastimatch_fills_what_we_outlined(tmp_path):
    """Volumes above 10 cc within 2 %, whether inner outlines are holes to it or not."""
    patient = read_patient(CT)
    write_structures(tmp_path / "structures.dcm", patient, CENTRE_mm, RADIUS_mm)
    assert dciodvfy_errors(tmp_path / "structures.dcm") == []
    assert dcmtk_complaints(tmp_path / "structures.dcm", tmp_path / "converted.dcm") == []
    cc_per_voxel = patient.image.grid.voxel_volume_cc
    for name, fill in (("union", []), ("xor", ["--xor-contours"])):
        options = ["--input", "structures.dcm", "--referenced-ct", str(CT), "--output-prefix", name,
                   "--prefix-format", "nrrd", *fill]  # fmt: skip
        command = [require_tool("plastimatch"), "convert", *options]
        subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
        masks = {path.stem: read_nrrd(path)[1].astype(bool) for path in (tmp_path / name).glob("*.nrrd")}
        for organ in ("body", "skin", "lungs", "bone"):
            mask, ours = masks[f"{organ}_auto"], patient.structure(organ)
            apart = int((mask != ours.mask).sum())
            print(f"\n{name}: {organ} {ours.volume_cc(patient.image.grid):.1f} cc, "
                  f"plastimatch {mask.sum() * cc_per_voxel:.1f} cc, {apart} voxels differ", end="")  # fmt: skip
            assert mask.sum() * cc_per_voxel == pytest.approx(ours.volume_cc(patient.image.grid), rel=0.02)
            assert apart <= 0.02 * mask.sum()
        for region, inner_mm, outer_mm in (("applicator 30 mm", 0, 15), ("shell 0-5 mm", 15, 20),
                                           ("shell 0-10 mm", 15, 25)):  # fmt: skip
            closed_form_cc = 4 / 3 * math.pi * (outer_mm**3 - inner_mm**3) / 1000
            print(f"\n{name}: {region}, closed form {closed_form_cc:.2f} cc, "
                  f"plastimatch {masks[region].sum() * cc_per_voxel:.2f} cc", end="")  # fmt: skip
            assert masks[region].sum() * cc_per_voxel == pytest.approx(closed_form_cc, rel=0.02)
