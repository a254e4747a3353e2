"""Dose to effect: pure formulas, one a file, and the numbers that they need, each with its interval and source."""
