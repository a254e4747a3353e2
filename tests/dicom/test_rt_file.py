"""Identifiers of RT files follow their content."""

from __future__ import annotations

from pathlib import Path

import pydicom
from pydicom.uid import RTPlanStorage

from openiort.dicom.rt_file import new_rt_dataset, save_rt
from tests.dicom.small_ct import IDENTITY


def saved(path: Path, label: str) -> str:
    dataset = new_rt_dataset(RTPlanStorage, "RTPLAN", IDENTITY, description="x", deidentify_as=None)
    dataset.RTPlanLabel = label
    return str(save_rt(dataset, path))


def test_every_content_has_identifiers_of_its_own(tmp_path: Path) -> None:
    uids = [saved(tmp_path / name, label) for name, label in (("a", "one"), ("b", "one"), ("c", "two"))]
    assert uids[0] == uids[1] != uids[2]
    tags = [pydicom.dcmread(tmp_path / name) for name in "ac"]
    assert tags[0].SOPInstanceUID == uids[0] == tags[0].file_meta.MediaStorageSOPInstanceUID
    assert len({uid for t in tags for uid in (t.SOPInstanceUID, t.SeriesInstanceUID, t.StudyInstanceUID)}) == 5
    assert all(uid.is_valid for t in tags for uid in (t.SOPInstanceUID, t.SeriesInstanceUID))
