"""What a page for a patient is made of, before it has a form: the HTML and the PDF page show the same parts."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Points in a list, with a heading of their own; `is_short`: they may stand in two columns."""

    heading: str
    points: tuple[str, ...]
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """A table: the titles of its columns, then rows of a label and one cell a column."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """One arm as dots: `count` of a thousand are dark; `alternative` says it in words."""

    label: str
    caption: str
    count: int
    alternative: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One outcome of a study: what is said of it, and a picture an arm."""

    heading: str
    text: str
    pictures: tuple[Picture, ...]


Part = Paragraph | Group | Comparison | Finding


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page under its heading."""

    heading: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class PatientPage:
    """The page.

    Attributes:
        language: its code.
        made: day on it.
        title, subtitle: of the page.
        notice: what it is not.
        sections: in order.
        sources: where its numbers come from.
        program: that made it.
    """

    language: str
    made: datetime.datetime
    title: str
    subtitle: str
    notice: str
    sections: tuple[Section, ...]
    sources: Group
    program: str

    def texts(self) -> Iterator[str]:
        """Everything that is read on it, in its order; alternatives of pictures are not."""
        yield from (self.title, self.subtitle, self.notice)
        for section in self.sections:
            yield section.heading
            for part in section.parts:
                yield from texts_of(part)
        yield from texts_of(self.sources)
        yield self.program


def texts_of(part: Part) -> Iterator[str]:
    """All that is read in a part."""
    match part:
        case Paragraph(text):
            yield text
        case Group(heading, points):
            yield from (heading, *points)
        case Comparison(titles, rows):
            yield from titles
            for row in rows:
                yield from row
        case Finding(heading, text, pictures):
            yield from (heading, text)
            for picture in pictures:
                yield from (picture.label, picture.caption)
