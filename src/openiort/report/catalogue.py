"""A page's words in one language: gettext catalogues in `locale/`, and numbers as the language writes them.

English is in the code; `locale/LANGUAGE/LC_MESSAGES/patient_page.po` has the others, compiled by
`scripts/make_catalogues.py`. Numbers are no part of the messages: they are put in from the data.
"""

from __future__ import annotations

import datetime
import gettext
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import resources

from openiort.core.errors import InputError

DOMAIN, SOURCE_LANGUAGE = "patient_page", "en"
LANGUAGES = (SOURCE_LANGUAGE, "de")
THOUSANDS_AND_DECIMALS = {"en": ",.", "de": ".,"}


def message(text: str) -> str:
    """Marks a text that is translated later, where it is shown."""
    return text


def message_pair(one: str, many: str) -> tuple[str, str]:
    """Marks a message with its plural, as `message` does."""
    return one, many


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Words and numbers of one language.

    Attributes:
        language: its code.
        translations: of the messages.
    """

    language: str
    translations: gettext.NullTranslations

    def text(self, text: str, /, **values: object) -> str:
        """A message in this language, values put in for what stands in braces."""
        return self.translations.gettext(text).format(**values)

    def plural(self, one: str, many: str, count: int, /, **values: object) -> str:
        """The message for a count, in the form that the language wants."""
        return self.translations.ngettext(one, many, count).format(**values)

    def number(self, value: float, digits: int = 0) -> str:
        """`1,140` or `21.6`; halves are rounded up, as people do."""
        thousands, decimals = tuple(THOUSANDS_AND_DECIMALS[self.language])
        swap = {",": thousands, ".": decimals}
        return "".join(swap.get(letter, letter) for letter in f"{_rounded(value, digits):,}")

    def shortest(self, value: float) -> str:
        """A number with the digits that it has: `16`, `2.5`."""
        return self.number(value, max(0, -Decimal(f"{value:g}").as_tuple().exponent))  # type: ignore[operator]

    def date(self, day: datetime.date) -> str:
        """A date as the language writes it."""
        return day.strftime(self.text("%d %B %Y"))


def rounded(value: float) -> int:
    """The whole number that a page shows for it."""
    return int(_rounded(value, 0))


def _rounded(value: float, digits: int) -> Decimal:
    """Halves go up; nine digits are read, so that binary fractions of a decimal half are one."""
    return Decimal(f"{value:.9g}").quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


@cache
def catalogue(language: str) -> Catalogue:
    """The words of a language.

    Raises:
        InputError: there is none of that code.
    """
    if language not in LANGUAGES:
        raise InputError(f"no language '{language[:20]}'", where="--language", allowed=", ".join(LANGUAGES),
                         fix="choose one of these")
    if language == SOURCE_LANGUAGE:
        return Catalogue(language, gettext.NullTranslations())
    file = resources.files("openiort.report").joinpath("locale", language, "LC_MESSAGES", f"{DOMAIN}.mo")
    with file.open("rb") as opened:
        return Catalogue(language, gettext.GNUTranslations(opened))
