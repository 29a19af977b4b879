"""Flatline's rows of the same cells, and what of them does not agree."""
