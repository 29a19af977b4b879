"""Runs the built `flatline` on the cells' scenarios, from outside, as a user does."""

import csv
import json
import os
import subprocess
from dataclasses import dataclass


@dataclass
class Row:
    trial: int
    outcome: str
    reason: str
    signal: str
    detection: float | None
    heard: float | None
    fault_at: float | None
    heal_at: float | None
    verdict: str
    within: str
    predicted: str


def _number(text):
    return float(text) if text else None


class Flatline:
    def __init__(self, path, directory):
        self.path, self.directory = os.path.abspath(path), directory

    def write(self, cell, trials):
        """A scenario file; JSON is YAML."""
        path = os.path.join(self.directory, cell.name + ".yaml")
        with open(path, "w") as file:
            json.dump(cell.spec | {"trials": trials}, file, indent=1)
        return path

    def refusal(self, path):
        """Why this version cannot express the scenario; None if it can."""
        done = subprocess.run([self.path, "validate", path], capture_output=True, text=True)
        if done.returncode == 0:
            return None
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith(path + ":")]
        return lines[0].replace(path, os.path.basename(path)) if lines else f"exit status {done.returncode}"

    def run(self, paths, seed, name):
        """The rows of all scenarios, by scenario; and what it said if it made none."""
        output = os.path.join(self.directory, name + ".csv")
        done = subprocess.run(
            [self.path, "run", "--seed", str(seed), "--output", output, *paths], capture_output=True, text=True)
        with open(os.path.join(self.directory, name + ".log"), "w") as file:
            file.write(done.stdout + done.stderr)
        if not os.path.exists(output):
            return {}, done.stderr.strip()
        rows = {}
        with open(output, newline="") as file:
            for record in csv.DictReader(file):
                rows.setdefault(record["scenario"], []).append(self._row(record))
        return rows, done.stderr.strip()

    @staticmethod
    def _row(record):
        outcome, reason = record["outcome"], record["reason"]
        # Until schema 3 a connection to which nothing happened was `missed`.
        if outcome == "missed" and reason.startswith(("not-affected", "slow")):
            outcome = "unaffected"
        predicted = "..".join(filter(None, (record["predicted_min_s"], record["predicted_max_s"])))
        if not predicted and record["within_prediction"]:
            predicted = "never"
        return Row(
            int(record["trial"]), outcome, reason, record["signal"] or None, _number(record["detection_s"]),
            _number(record["last_heard_s"]), _number(record["fault_at_s"]), _number(record["heal_at_s"]),
            record["fault_verdict"], record["within_prediction"], predicted)
