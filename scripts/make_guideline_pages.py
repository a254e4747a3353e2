"""Write docs/guidelines/: one page for each guideline that comes with the program, from its data.

python scripts/make_guideline_pages.py
"""

from __future__ import annotations

from pathlib import Path

from openiort.select.guideline_page import guideline_page
from openiort.select.read_guideline import guideline_names, shipped_guideline

PAGES = Path(__file__).resolve().parent.parent / "docs" / "guidelines"


def pages() -> dict[str, str]:
    """File name -> text."""
    return {f"{name}.md": guideline_page(shipped_guideline(name)) for name in guideline_names()}


def main() -> None:
    PAGES.mkdir(exist_ok=True)
    for name, text in pages().items():
        (PAGES / name).write_text(text, encoding="utf-8")
    for page in PAGES.glob("*.md"):
        if page.name not in pages():
            page.unlink()


if __name__ == "__main__":
    main()
