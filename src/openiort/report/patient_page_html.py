"""The page for a patient as one HTML file: no script, nothing loaded, every text escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from openiort.report.icon_array import icon_array
from openiort.report.page_parts import Comparison, Finding, Group, Paragraph, Part, PatientPage, Picture, Section

STYLE = """
:root { color: #1a1a1a; background: #fff; font: 1.06rem/1.5 "DejaVu Sans", Verdana, "Segoe UI", sans-serif; }
body { max-width: 52rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.25rem; margin: 1.8rem 0 .5rem; padding-bottom: .2rem; border-bottom: 2px solid #1f4e79; }
h3 { font-size: 1.06rem; margin: 1.1rem 0 .3rem; }
p { margin: .4rem 0; }
ul { margin: .3rem 0; padding-left: 1.3rem; }
ul.short { columns: 2; column-gap: 2rem; }
li { break-inside: avoid; margin: .15rem 0; }
.notice { border: 1px solid #5a5a5a; border-radius: .4rem; padding: .5rem .8rem; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid #c8c8c8; }
tr > :first-child { width: 17%; }
.finding { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; break-inside: avoid; border-bottom: 1px solid #c8c8c8;
  padding-bottom: .6rem; }
.finding > p { flex: 1 1 16rem; }
figure { margin: .6rem 0 0; width: 15rem; }
figure svg { display: block; width: 100%; }
figcaption strong { display: block; }
h2, h3 { break-after: avoid; }
footer { font-size: .85rem; color: #404040; margin-top: 1.5rem; border-top: 1px solid #c8c8c8; }
@media print { :root { font-size: 11pt; line-height: 1.3; } h2 { margin-top: 1.1rem; } h3 { margin-top: .7rem; }
  body { max-width: none; padding: 0; } @page { size: A4; margin: 14mm; } }
@media (max-width: 36rem) { ul.short { columns: 1; } }
"""


def patient_page_html(page: PatientPage) -> str:
    """The page as the text of a file; PDF and HTML say the same."""
    sections = "\n".join(map(_section, page.sections))
    return f"""<!DOCTYPE html>
<html lang="{escape(page.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(page.title)}</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<h1>{escape(page.title)}</h1>
<p>{escape(page.subtitle)}</p>
<p class="notice">{escape(page.notice)}</p>
</header>
<main>
{sections}
</main>
<footer>
{_part(page.sources)}
<p>{escape(page.program)}</p>
</footer>
</body>
</html>
"""


def _section(section: Section) -> str:
    parts = "\n".join(map(_part, section.parts))
    return f"<section>\n<h2>{escape(section.heading)}</h2>\n{parts}\n</section>"


def _part(part: Part) -> str:
    match part:
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case Group(heading, points, is_short):
            title = f"<h3>{escape(heading)}</h3>\n" if heading else ""
            kind = ' class="short"' if is_short else ""
            return f"{title}<ul{kind}>{''.join(f'<li>{escape(point)}</li>' for point in points)}</ul>"
        case Comparison(titles, rows):
            head = "".join(f'<th scope="col">{escape(each)}</th>' if each else "<td></td>" for each in titles)
            return f"<table>\n<tr>{head}</tr>\n{''.join(map(_row, rows))}</table>"
        case Finding(heading, text, pictures):
            title = f"<h3>{escape(heading)}</h3>\n" if heading else ""
            return (f'{title}<div class="finding">\n<p>{escape(text)}</p>\n'
                    f"{''.join(map(_figure, pictures))}</div>")


def _row(cells: Iterable[str]) -> str:
    label, *others = cells
    return (f'<tr><th scope="row">{escape(label)}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in others)
            + "</tr>\n")


def _figure(picture: Picture) -> str:
    return (f"<figure>{icon_array(picture.count, picture.alternative)}<figcaption><span>{escape(picture.label)}</span> "
            f"<strong>{escape(picture.caption)}</strong></figcaption></figure>\n")
