"""Catalogues: compiled from their source, complete, the same places for numbers; numbers as people write them."""

from __future__ import annotations

import datetime
import gettext
import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from openiort.core.errors import InputError
from openiort.report.catalogue import DOMAIN, LANGUAGES, SOURCE_LANGUAGE, catalogue
from tests.report.message_calls import REPORT, messages_in_code

OTHERS = [language for language in LANGUAGES if language != SOURCE_LANGUAGE]
NAMES_WITH_DIGITS = re.compile(r"HER2")
PLACES = re.compile(r"{\w+}")


def script() -> ModuleType:
    spec = spec_from_file_location("make_catalogues", REPORT.parents[2] / "scripts" / "make_catalogues.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def file_of(language: str, suffix: str) -> Path:
    return REPORT / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}{suffix}"


def translated(language: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    found = script().messages(file_of(language, ".po").read_text(encoding="utf-8"))
    return {tuple(source.split("\0")): tuple(text.split("\0")) for source, text in found.items() if source}


@pytest.mark.parametrize("language", OTHERS)
def test_compiled_file_is_that_of_its_source(language: str) -> None:
    po = file_of(language, ".po").read_text(encoding="utf-8")
    assert file_of(language, ".mo").read_bytes() == script().compiled(po), "run scripts/make_catalogues.py"


@pytest.mark.parametrize("language", OTHERS)
def test_gettext_of_python_reads_what_the_source_says(language: str) -> None:
    with file_of(language, ".mo").open("rb") as opened:
        read = gettext.GNUTranslations(opened)
    for source, forms in translated(language).items():
        if len(source) == 1:
            assert read.gettext(source[0]) == forms[0]
        else:
            said = [read.ngettext(*source, count) for count in (1, 0, 2, 21)]
            assert said == [forms[0], forms[1], forms[1], forms[1]]


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated_and_none_is_left_over(language: str) -> None:
    found = translated(language)
    assert set(found) == messages_in_code()
    assert not [source for source, forms in found.items() if len(forms) != len(source) or not all(forms)]


@pytest.mark.parametrize("language", OTHERS)
def test_places_for_numbers_are_kept(language: str) -> None:
    for source, forms in translated(language).items():
        for text, form in zip(source, forms, strict=True):
            assert sorted(PLACES.findall(text)) == sorted(PLACES.findall(form))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_stands_in_a_message(language: str) -> None:
    every = messages_in_code() if language == SOURCE_LANGUAGE else translated(language).values()
    texts = [NAMES_WITH_DIGITS.sub("", text) for forms in every for text in forms]
    assert [text for text in texts if re.search(r"\d", text)] == []


def test_numbers_and_dates() -> None:
    english, german = catalogue("en"), catalogue("de")
    assert (english.number(1140), german.number(1140)) == ("1,140", "1.140")
    assert (english.shortest(2.5), german.shortest(2.5), german.shortest(16.0)) == ("2.5", "2,5", "16")
    day = datetime.date(2026, 3, 4)
    assert (english.date(day), german.date(day)) == ("04 March 2026", "04.03.2026")


def test_halves_are_rounded_up() -> None:
    """98.5 is 99, as people round, where binary and banker's rounding give 98."""
    assert [catalogue("en").number(value) for value in (98.5, 97.5, 23.3, 10.2, 0.4, 0.0)] == [
        "99", "98", "23", "10", "0", "0"]


def test_unknown_language_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        catalogue("../de")
    assert caught.value.allowed == "en, de"


def test_faulty_source_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        script().messages('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n')
