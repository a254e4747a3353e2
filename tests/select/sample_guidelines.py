"""Guidelines made for tests: every kind of condition, class and phase; their criteria are nobody's."""

from __future__ import annotations

from openiort.select.guideline import Guideline
from openiort.select.read_guideline import guideline_names, parse_guideline, shipped_guideline

HEAD = """
[guideline]
name = "{name}"
title = "made for tests"
family = "test"
version = "{version}"
published = "2026"
scope = ["partial breast"]
citation = "none"
"""
THREE_CLASSES = """
[[class]]
name = "no"
meaning = "unsuitable"
holds = "any"
[[class]]
name = "yes"
meaning = "suitable"
holds = "all"
[[class]]
name = "{between}"
meaning = "cautionary"
holds = "otherwise"
"""
KINDS_HEAD = HEAD.format(name="all-kinds", version="1") + THREE_CLASSES.format(between="perhaps, with care")
ALL_KINDS = KINDS_HEAD + "".join(f"""
[[criterion]]
name = "{name}"
class = "{class_name}"
{condition}
phase = "{phase}"
text = "words"
source = "none"
mark = "{mark}"
""" for name, class_name, condition, phase, mark in (
    ("young", "no", 'fact = "age_years"\nop = "<"\nvalue = 40', "both", "F"),
    ("nodes", "no", 'fact = "N"\nop = "in"\nvalue = ["N2", "N3"]', "both", "R"),
    ("spread", "no", 'fact = "distant_metastasis"\nop = "="\nvalue = true', "before surgery", "F"),
    ("ink", "no", 'fact = "margin_mm"\nop = "<="\nvalue = 0', "pathology", "R"),
    ("two-risks", "no", 'count_at_least = { count = 2, of = [{ fact = "grade", op = "=", value = 3 }, '
     '{ fact = "her2", op = "=", value = "positive" }, { fact = "size_mm", op = ">", value = 30 }] }', "both", "C"),
    ("age", "yes", 'any = [{ fact = "age_years", op = ">=", value = 50 }, '
     '{ all = [{ fact = "age_years", op = ">=", value = 45 }, { all_others = "yes" }] }]', "both", "F"),
    ("small", "yes", 'fact = "size_mm"\nop = "<="\nvalue = 20', "both", "F"),
    ("stage", "yes", 'not = { fact = "T", op = "in", value = ["T3", "T4"] }', "both", "R"),
    ("one-focus", "yes", 'any = [{ fact = "clinical_focality", op = "=", value = "unifocal" }, '
     '{ fact = "foci_extent_mm", op = "<", value = 20.5 }]', "both", "our reading"),
    ("margin", "yes", 'fact = "margin_mm"\nop = ">="\nvalue = 2', "pathology", "F"),
    ("free-nodes", "yes", 'fact = "pN"\nop = "in"\nvalue = ["pN0", "pN0(i-)", "pN0(i+)"]', "pathology", "F"),
))
TWO_CLASSES = HEAD.format(name="two-classes", version="2") + "".join(f"""
[[class]]
name = "{name}"
meaning = "{meaning}"
holds = "{holds}"
""" for name, meaning, holds in (("no", "unsuitable", "any"), ("yes", "suitable", "otherwise"))) + "".join(f"""
[[criterion]]
name = "{name}"
class = "no"
{condition}
phase = "pathology"
text = "words"
source = "none"
mark = "{mark}"
""" for name, condition, mark in (
    ("large", 'fact = "size_mm"\nop = ">"\nvalue = 25', "R"),
    ("not-examined", 'fact = "pN"\nop = "="\nvalue = "pNx"', "F"),
    ("vessels", 'not = { fact = "lymphovascular_invasion", op = "=", value = "none" }', "F"),
))


def sample_guidelines() -> list[Guideline]:
    """The guidelines above."""
    return [parse_guideline(text, "test") for text in (ALL_KINDS, TWO_CLASSES)]


def every_guideline() -> list[Guideline]:
    """The guidelines above and those that come with the program."""
    return [*sample_guidelines(), *(shipped_guideline(name) for name in guideline_names())]
