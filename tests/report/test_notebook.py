"""What a notebook shows of a patient and a plan."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from openiort.patient.structure import Structure
from tests.plan_factory import IDENTITY, make_patient, make_plan


class Texts(HTMLParser):
    """The texts of a page, and its tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_plan_says_what_a_physicist_looks_for() -> None:
    page = make_plan()._repr_html_()
    texts = " | ".join(Texts(page).texts)
    # 1380.4 s and the rest are made up in plan_factory
    for text in ("P-7F3A91C2", "23:00 min:s (nominal)", "PASS", "skin 14.2 mm", "Warning:", "shell 0-10 mm", "D2cc_Gy",
                 "Not a medical device"):
        assert text in texts
    assert not any(value in page for value in (IDENTITY.patient_id, "Xylophonova", IDENTITY.institution))


def test_patient_names_structures_and_tissues() -> None:
    texts = " | ".join(Texts(make_patient()._repr_html_()).texts)
    for text in ("P-7F3A91C2", "149 x 100 x 34 voxels of 2 x 2 x 4 mm", "lungs", "automatic", "adipose"):
        assert text in texts


def test_hostile_names_are_text() -> None:
    patient = make_patient()
    body = patient.structure("body")
    evil = {**patient.structures, "<script>alert(1)</script>": Structure("x", body.mask)}
    found = Texts(replace(patient, structures=evil)._repr_html_())
    assert "script" not in found.tags
    assert "<script>alert(1)</script>" in found.texts


def test_pictures_show_and_save_themselves(tmp_path: Path) -> None:
    pictures = make_plan().show()
    assert pictures._repr_html_().count("<img") == 3
    files = pictures.save(tmp_path / "pictures")
    assert [file.name for file in files] == ["planes.png", "depth_dose.png", "dvh.png"]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)
    assert len(make_patient().show().figures) == 1
