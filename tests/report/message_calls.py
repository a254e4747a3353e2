"""Every message that the code asks a catalogue for, found in its source."""

from __future__ import annotations

import ast
from pathlib import Path

REPORT = Path(__file__).resolve().parents[2] / "src" / "openiort" / "report"
ARGUMENTS = {"text": 1, "message": 1, "plural": 2, "message_pair": 2}


def messages_in_code() -> set[tuple[str, ...]]:
    """Messages; with their plural, where they have one."""
    found = set()
    for file in REPORT.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                given = node.args[: ARGUMENTS.get(name, 0)]
                texts = tuple(each.value for each in given if isinstance(each, ast.Constant))
                if given and len(texts) == len(given) == ARGUMENTS[name]:
                    found.add(texts)
    return {texts for texts in found if all(isinstance(text, str) for text in texts)}
