"""Placement, prescription, time, DVH, distances: the frozen Plan."""
