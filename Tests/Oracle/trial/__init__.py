"""One trial: a network, two processes, a timeline of faults, and what the observer was told."""
