"""Flatline's rows of some cells, the oracle's trials of the same moments, and how they compare."""

import os
import random

from trial.campaign import measure
from cells.cell import MESSAGE
from .lateness import Lateness
from .table import row_columns, truth_columns
from .verdict import differences


#: The oracle's fault comes at least so long before the message that is to meet it.
BESIDE = 0.004


def drawn(cell, number, trials, seed):
    """A moment without a row, (fault_at, last_heard, heal_at): in one of `trials` equal parts of the healthy period."""
    share = (number + random.Random(f"{seed} {cell.name} {number}").random()) / trials
    return cell.scenario.measured.at + share * cell.scenario.period, None, None


def moment(cell, row, trials, seed):
    """What a trial has to repeat of a row."""
    if row.fault_at is None:
        return drawn(cell, row.trial - 1, trials, seed)
    fault_at = row.fault_at
    if cell.meets == MESSAGE:
        # Not in the middle of a message that is late.
        fault_at = min(fault_at, cell.first_message(fault_at, row.heard) - BESIDE)
    return fault_at, row.heard, row.heal_at


def truths(tasks, keep):
    """The oracle's trials of (cell, moment) pairs, and how late the machine was meanwhile."""
    with Lateness() as lateness:
        results = measure(tasks, keep)
    return results, lateness.worst


class Comparison:
    """One cell."""

    def __init__(self, cell, trials, rows, truths):
        self.cell, self.trials, self.rows, self.truths = cell, trials, rows, truths
        found = [(row, truth, differences(cell, row, truth)) for row, truth in zip(rows, truths)]
        self.differences = [each for each in found if each[2]]

    @property
    def agrees(self):
        return len(self.rows) == self.trials and not self.differences

    @property
    def mispredicted(self):
        """How many rows lie outside Flatline's own prediction."""
        return sum(row.within == "false" for row in self.rows)

    def line(self, verdict):
        return [
            self.cell.name, str(self.trials), *truth_columns(self.cell, self.truths, self.rows),
            *row_columns(self.cell, self.rows), f"{self.cell.tolerance:.3f}", verdict]

    def sentences(self):
        return [
            f"  trial {row.trial}, fault at {row.fault_at}, last heard {row.heard}: {'; '.join(found)}"
            f" (Flatline predicted {row.predicted or 'nothing'}, within: {row.within or 'blank'})"
            for row, _, found in self.differences]

    def report(self):
        """The differences, trial by trial, and the packets of the first."""
        lines = [f"\n{self.cell.name}: {len(self.differences)} of {self.trials} trials disagree"]
        if len(self.rows) != self.trials:
            lines.append(f"  Flatline made {len(self.rows)} rows")
        lines += self.sentences()
        if self.differences:
            lines.append("  what the oracle's observer saw in the first of them, from the fault on:")
            lines += ["    " + line for line in self.differences[0][1].get("evidence", [])[:40]]
        return "\n".join(lines)


def compare(flatline, cells, seed, name, keep, beside=()):
    """Both measurements of (cell, trials) pairs: comparisons, and how late the machine was during either.

    `beside`: (cell, moment) pairs for the oracle alone, whose results come last.
    """
    if not cells:
        results, mine = truths(beside, keep and os.path.join(keep, name))
        return [], 0.0, mine, results
    paths = [flatline.write(cell, trials) for cell, trials in cells]
    with Lateness() as theirs:
        made, said = flatline.run(paths, seed, name)
    if not made:
        raise SystemExit(f"flatline made no rows:\n{said}")
    rows = {cell: sorted(made.get(cell.spec["name"], []), key=lambda row: row.trial) for cell, _ in cells}
    tasks = [(cell, moment(cell, row, trials, seed)) for cell, trials in cells for row in rows[cell]]
    results, mine = truths([*tasks, *beside], keep and os.path.join(keep, name))
    comparisons = [
        Comparison(cell, trials, rows[cell], [result for (each, _), result in zip(tasks, results) if each is cell])
        for cell, trials in cells]
    return comparisons, theirs.worst, mine, results[len(tasks):]
