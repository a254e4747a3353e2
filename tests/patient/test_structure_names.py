"""Names as clinics and TG-263 write them, and names that must stay what they are."""

import pytest

from openiort.patient.structure_names import plain_name, plain_names


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        # TG-263 primary names, doi:10.1016/j.ijrobp.2017.12.013
        ("Lung_L", "left lung"), ("Lung_R", "right lung"), ("Lungs", "lungs"), ("Breast_R", "right breast"),
        ("Breast_L", "left breast"), ("Heart", "heart"), ("External", "body"), ("Body", "body"), ("Skin", "skin"),
        ("SpinalCord", "spinal cord"), ("Chestwall_L", "left chest wall"),
        # names of the structure set breast_boost (dicompyler-core 0.5.6) and common ones of breast plans
        ("BODY", "body"), ("Lt Lung", "left lung"), ("Tumor Bed", "tumour bed"), ("Breast", "breast"),
        ("Lumpectomy", "lump"), ("Ribs", "ribs"), ("Bone", "bone"),
        # other ways of writing
        ("LEFT LUNG", "left lung"), ("lung left", "left lung"), ("l_lung", "left lung"), ("LungL", "left lung"),
        ("R. Breast", "right breast"), ("rt-breast", "right breast"), ("  heart ", "heart"), ("TUMORBED", "tumour bed"),
        ("tumour_bed", "tumour bed"), ("bones", "bone"),
        # what is no synonym stays as it is: parts, margins, other things
        ("Lung_L_PRV05", "Lung_L_PRV05"), ("Heart old", "Heart old"), ("Tumor Bed Block", "Tumor Bed Block"),
        ("Left Heart", "Left Heart"), ("Lung", "lung"), ("Borders", "Borders"), ("LN_Ax_L1", "LN_Ax_L1"), ("", ""),
        ("Müller Anna", "Müller Anna"), ("___", "___"),
    ],
)  # fmt: skip
def test_plain_name(written, plain):
    assert plain_name(written) == plain


def test_sides_are_never_swapped():
    for left, right in (("Lung_L", "Lung_R"), ("Lt Breast", "Rt Breast"), ("left ribs", "right ribs")):
        assert plain_name(left).replace("left", "right") == plain_name(right)


def test_two_structures_that_mean_the_same():
    names, notes = plain_names(["BODY", "External", "Boost", "Boost", "heart", "Heart"])
    assert list(names.values()) == ["body", "External", "Boost", "Boost (2)", "heart", "Heart"]
    assert len(notes) == 3
    assert "'External' kept beside" in notes[0]


def test_a_later_structure_never_takes_the_word_of_an_earlier_one():
    names, _ = plain_names(["External", "body", "lung", "Lung"])
    assert list(names.values()) == ["body", "body (2)", "lung", "Lung"]
    assert len(set(names.values())) == 4


def test_names_of_the_program_itself_cannot_be_taken():
    names, _ = plain_names(["air", "shell 0-5 mm", "air"])
    assert list(names.values()) == ["air (contoured)", "shell 0-5 mm (contoured)", "air (contoured) (2)"]
