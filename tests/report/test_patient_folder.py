"""HTML and PDF say what the page says; they are whole, need nothing from outside, and hostile text stays text."""

from __future__ import annotations

import html
import itertools
import re
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from openiort.core.errors import InputError
from openiort.report.catalogue import LANGUAGES
from openiort.report.page_parts import Group, PatientPage, Section
from openiort.report.patient_folder import HTML_NAME, PDF_NAME, write_patient_page
from openiort.report.patient_page import patient_page
from openiort.report.patient_page_html import patient_page_html
from openiort.report.patient_page_pdf import patient_page_pdf
from tests.report.patients import MADE, WOMEN
from tests.required_tools import require_tool

HOSTILE = ('<script>alert("x")</script>', "'\"&lt;#import \"x\": * ]$`\\")


class Reader(HTMLParser):
    """Text and tags of a file."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(page: PatientPage) -> Reader:
    reader = Reader()
    reader.feed(patient_page_html(page))
    return reader


def squeezed(text: str) -> str:
    return "".join(text.split())


def output_of(tool: str, file: Path, *options: str) -> str:
    return subprocess.run([require_tool(tool), *options, str(file), *(["-"] if tool == "pdftotext" else [])],
                          capture_output=True, text=True, check=True).stdout


@pytest.fixture
def hostile() -> PatientPage:
    page = patient_page(WOMEN["clear"], "en", MADE)
    return replace(page, subtitle=HOSTILE[0], sections=(Section(HOSTILE[1], (Group(HOSTILE[0], HOSTILE),)),))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", WOMEN)
def test_html_says_all_of_it(name: str, language: str) -> None:
    page = patient_page(WOMEN[name], language, MADE)
    found = squeezed(" ".join(read(page).texts))
    assert [text for text in page.texts() if squeezed(text) not in found] == []


def test_html_needs_nothing_and_can_be_heard() -> None:
    reader = read(patient_page(WOMEN["clear"], "de", MADE))
    tags = [tag for tag, _ in reader.tags]
    assert dict(reader.tags)["html"] == {"lang": "de"}
    assert not {"script", "link", "img", "iframe", "object"} & set(tags)
    text = patient_page_html(patient_page(WOMEN["clear"], "de", MADE)).replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|url\(|@import|\son\w+=", text)
    headings = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(headings))
    pictures = [attributes["aria-label"] for tag, attributes in reader.tags if tag == "svg"]
    assert len(pictures) == 10
    assert pictures[0] == ("IORT: 23 dunkle Punkte von 1.000. Der Krebs kam innerhalb von 5 Jahren in derselben "
                           "Brust wieder.")


def test_hostile_text_stays_text(hostile: PatientPage, tmp_path: Path) -> None:
    written = patient_page_html(hostile)
    assert "<script" not in written
    assert html.escape(HOSTILE[1]) in written
    file = tmp_path / "page.pdf"
    file.write_bytes(patient_page_pdf(hostile))
    assert all(squeezed(text) in squeezed(output_of("pdftotext", file)) for text in HOSTILE)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", WOMEN)
def test_pdf_says_all_of_it_on_two_pages(name: str, language: str, tmp_path: Path) -> None:
    page = patient_page(WOMEN[name], language, MADE)
    file = tmp_path / "page.pdf"
    file.write_bytes(patient_page_pdf(page))
    found = squeezed(output_of("pdftotext", file, "-layout")), squeezed(output_of("pdftotext", file))
    words = {word for text in page.texts() for word in text.split()}
    assert [word for word in words if not any(word in text for text in found)] == []
    assert "Pages:           2\n" in output_of("pdfinfo", file)


def test_pdf_is_archival_and_reproducible(tmp_path: Path) -> None:
    page = patient_page(WOMEN["clear"], "de", MADE)
    content = patient_page_pdf(page)
    assert content == patient_page_pdf(page)
    assert b"<pdfaid:part>2</pdfaid:part>" in content
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in content  # ISO 19005-2: tagged
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content  # ISO 14289-1
    file = tmp_path / "page.pdf"
    file.write_bytes(content)
    fonts = output_of("pdffonts", file).splitlines()[2:]
    assert fonts
    assert all("DejaVuSans" in line and re.search(r"yes yes yes +\d+ +\d+$", line) for line in fonts)


def test_body_is_set_in_eleven_points(tmp_path: Path) -> None:
    """Poppler gives three times the points at this zoom; only sources (7.5 pt) and foot (8 pt) are smaller."""
    file = tmp_path / "page.pdf"
    file.write_bytes(patient_page_pdf(patient_page(WOMEN["clear"], "en", MADE)))
    output_of("pdftohtml", file, "-xml", "-i", "-q", "-zoom", "3")
    sizes = [int(size) for size in re.findall(r'<fontspec[^>]* size="(\d+)"', file.with_suffix(".xml").read_text())]
    assert sorted(set(sizes)) == [23, 24, 33, 39, 48]


def test_folder_must_be_new_or_empty(tmp_path: Path) -> None:
    page = patient_page(WOMEN["clear"], "en", MADE)
    assert write_patient_page(page, tmp_path / "out") == (HTML_NAME, PDF_NAME)
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == sorted((HTML_NAME, PDF_NAME))
    with pytest.raises(InputError, match="not empty"):
        write_patient_page(page, tmp_path / "out")
