"""Values of tags, whatever a file holds in them."""

from __future__ import annotations

import pydicom
import pytest
from pydicom.dataset import Dataset

from openiort.core.errors import InputError
from openiort.dicom.tag_values import MAX_TEXT_LENGTH, numbers, text, uid, whole_number


def tags(**values: object) -> Dataset:
    """A dataset with values as they stand, also where pydicom would object."""
    dataset = Dataset()
    with pydicom.config.disable_value_validation():
        for keyword, value in values.items():
            dataset.add_new(keyword, "LO", value)  # LO: text of any kind
    return dataset


def test_text_is_one_line_without_control_characters() -> None:
    assert text(tags(PatientID=" a\x00b\x1b[31mc\n\td "), "PatientID") == "a b [31mc  d"
    assert text(tags(PatientID=["A", "B"]), "PatientID") == "A\\B"
    assert len(text(tags(PatientID="x" * 5000), "PatientID")) == MAX_TEXT_LENGTH


@pytest.mark.parametrize("dataset", [Dataset(), tags(PatientID=None), tags(PatientID="")])
def test_what_is_not_there_is_empty(dataset: Dataset) -> None:
    assert text(dataset, "PatientID") == ""


def test_identifiers() -> None:
    assert uid(tags(StudyInstanceUID="1.2.840.3"), "StudyInstanceUID", "a.dcm") == "1.2.840.3"


@pytest.mark.parametrize("value", ["", "1.2/../3", "1.2.x", "1" * 65, "1.2\n3"])
def test_what_is_no_identifier(value: str) -> None:
    with pytest.raises(InputError, match="StudyInstanceUID") as error:
        uid(tags(StudyInstanceUID=value), "StudyInstanceUID", "a.dcm")
    assert error.value.where == "a.dcm" and error.value.allowed and error.value.fix


def test_numbers() -> None:
    assert numbers(tags(PixelSpacing=["0.5", "2e-1"]), "PixelSpacing", 2, "a.dcm") == (0.5, 0.2)
    assert numbers(tags(RescaleSlope="1"), "RescaleSlope", 1, "a.dcm") == (1.0,)


@pytest.mark.parametrize("value", [None, "", "abc", "nan", "inf", ["1"], ["1", "2", "3"], ["1", "nan"]])
def test_what_is_no_pair_of_numbers(value: object) -> None:
    with pytest.raises(InputError, match="PixelSpacing") as error:
        numbers(tags(PixelSpacing=value), "PixelSpacing", 2, "a.dcm")
    assert error.value.where == "a.dcm" and error.value.allowed and error.value.fix


def test_whole_numbers() -> None:
    assert whole_number(tags(Rows="512"), "Rows", 1, 4096, "a.dcm") == 512
    assert whole_number(tags(Rows="4096"), "Rows", 1, 4096, "a.dcm") == 4096


@pytest.mark.parametrize("value", ["0", "4097", "-1", "1.5", "1e9", "x"])
def test_what_is_no_whole_number_of_the_range(value: str) -> None:
    with pytest.raises(InputError, match="Rows"):
        whole_number(tags(Rows=value), "Rows", 1, 4096, "a.dcm")


def test_a_long_value_is_not_repeated_whole() -> None:
    with pytest.raises(InputError) as error:
        uid(tags(StudyInstanceUID="evil" * 200), "StudyInstanceUID", "a.dcm")
    assert len(error.value.what) < 150
