"""Compile the catalogues of messages: `.venv/bin/python scripts/make_catalogues.py` writes a .mo beside every .po.

Reads what these files use of gettext's format: `msgid`, `msgid_plural`, `msgstr`, `msgstr[n]`, strings over several
lines.
"""

from __future__ import annotations

import ast
import struct
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "src" / "openiort" / "report" / "locale"
MAGIC = 0x950412DE


def messages(po: str) -> dict[str, str]:
    """Message -> translation, as .mo files have them: forms of a plural parted by NUL."""
    found: dict[str, str] = {}
    for block in po.split("\n\n"):
        fields: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if line.startswith("msg"):
                key, _, line = line.partition(" ")
                fields[key] = ""
            if line.startswith('"'):
                fields[key] += ast.literal_eval(line)
        if not fields:
            continue
        forms = [text for name, text in fields.items() if name.startswith("msgstr")]
        source = "\0".join(fields[name] for name in ("msgid", "msgid_plural") if name in fields)
        if source in found:
            raise ValueError(f"twice: {source!r}")
        found[source] = "\0".join(forms)
    return found


def compiled(po: str) -> bytes:
    """The .mo file of a .po file's text: sorted, so that the same text gives the same bytes."""
    pairs = sorted((source.encode(), text.encode()) for source, text in messages(po).items())
    tables, content = [], b""
    first = 28 + 16 * len(pairs)
    for column in (0, 1):
        for pair in pairs:
            tables += [len(pair[column]), first + len(content)]
            content += pair[column] + b"\0"
    head = (MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return struct.pack(f"<{len(head) + len(tables)}I", *head, *tables) + content


if __name__ == "__main__":
    for file in sorted(CATALOGUES.rglob("*.po")):
        file.with_suffix(".mo").write_bytes(compiled(file.read_text(encoding="utf-8")))
        print(f"{file.relative_to(ROOT)}: {len(messages(file.read_text(encoding='utf-8'))) - 1} messages")
