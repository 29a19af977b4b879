"""The oracle's own arithmetic, and what it takes for a disagreement."""

import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from cells import ALL  # noqa: E402
from cells.cell import LAST_SEGMENT, MESSAGE, REQUESTS, Cell, keepalive  # noqa: E402
from compare import wheel  # noqa: E402
from compare.flatline import Row  # noqa: E402
from compare.verdict import differences  # noqa: E402
from endpoint.frames import ANSWER, ASK, MESSAGE as WORD, Decoder, frame  # noqa: E402
from trial.outcome import outcome  # noqa: E402
from trial.scenario import Scenario  # noqa: E402
from trial.trial import Span  # noqa: E402

DROP = [{"at": "1s", "inject": "firewall-drop"}]


class Fault:
    def __init__(self, harmless=False, fatal=False):
        self.harmless, self.fatal = harmless, fatal


class Trial:
    t0, uncertainty = 10.0, 0.001

    def __init__(self, *spans):
        self.spans = spans


def row(**changes):
    values = dict(trial=1, outcome="detected", reason="", signal="ETIMEDOUT", detection=3.0, heard=1.1, fault_at=2.0,
                  heal_at=None, verdict="confirmed", within="true", predicted="")
    return Row(**values | changes)


def truth(**changes):
    return dict(outcome="detected", signal="ETIMEDOUT", detection=3.0, heard=1.1, fault_at=2.0) | changes


class Wheel(unittest.TestCase):
    def test_levels_are_coarser_the_farther_away(self):
        self.assertEqual([wheel.granularity(each) for each in (1, 62, 63, 503, 504, 4031, 4032)], [1, 1, 8, 8, 64, 64, 512])

    def test_a_timer_is_rounded_up_to_between_one_and_its_granularity(self):
        lengths = {wheel._ends(armed, [250]) - armed for armed in range(64)}
        self.assertEqual(lengths, set(range(251, 259)))

    def test_a_chain_is_torn_apart_by_its_coarsest_timer_only(self):
        self.assertAlmostEqual(wheel.spread(1), 7 / wheel.HZ)
        self.assertAlmostEqual(wheel.spread(1, 1, 1), 7 / wheel.HZ)


class Frames(unittest.TestCase):
    def test_a_stream_in_pieces_is_cut_into_frames(self):
        stream, decoder, kinds = frame(ASK, 24) + frame(WORD, 70000) + frame(ANSWER, 5), Decoder(), []
        for start in range(0, len(stream), 7):
            kinds += decoder.feed(stream[start:start + 7])
        self.assertEqual(kinds, [ASK, WORD, ANSWER])


class Scenarios(unittest.TestCase):
    def test_a_step_with_for_is_healed(self):
        scenario = Scenario({"name": "x", "detectors": ["none"], "observe": "9s", "measure": "process-kill", "timeline": [
            {"at": "3s", "inject": "firewall-drop", "for": "2500ms"}, {"at": "3500ms", "inject": "process-kill"}]})
        self.assertEqual([(step.at, step.action, step.fault) for step in scenario.steps], [
            (3.0, "inject", "firewall-drop"), (3.5, "inject", "process-kill"), (5.5, "heal", "firewall-drop")])
        self.assertIs(scenario.measured, scenario.steps[1])

    def test_names_are_unique(self):
        names = [cell.name for cell in ALL]
        self.assertEqual(len(names), len(set(names)))


class Outcomes(unittest.TestCase):
    def test_while_the_fault_holds_it_is_detected_and_after_the_heal_late(self):
        self.assertEqual(outcome(Trial(Span(Fault(), 10.0)), 11.0, False), "detected")
        self.assertEqual(outcome(Trial(Span(Fault(), 10.0, 10.5)), 11.0, False), "late")

    def test_what_is_lost_for_good_is_detected_at_any_time(self):
        self.assertEqual(outcome(Trial(Span(Fault(fatal=True), 10.0, 10.5)), 11.0, False), "detected")

    def test_a_living_peer_is_a_false_alarm(self):
        self.assertEqual(outcome(Trial(Span(Fault(harmless=True), 10.0)), 11.0, False), "false-alarm")
        self.assertEqual(outcome(Trial(), 9.0, False), "false-alarm")

    def test_undeclared_it_is_missed_unless_it_works(self):
        self.assertEqual(outcome(Trial(Span(Fault(), 10.0)), None, False), "missed")
        self.assertEqual(outcome(Trial(Span(Fault(), 10.0, 10.5)), None, True), "survived")
        self.assertEqual(outcome(Trial(Span(Fault(), 10.0)), None, True), "unaffected")


class Differences(unittest.TestCase):
    cell = Cell("x", detector=keepalive(1, 1, 3), timeline=DROP, observe="9s", meets=LAST_SEGMENT)
    message = Cell("y", detector={"connect": {"interval": "1s"}}, timeline=DROP, observe="9s", meets=MESSAGE)

    def test_equal_measurements_agree(self):
        self.assertEqual(differences(self.cell, row(), truth()), [])

    def test_times_count_from_the_last_segment(self):
        self.assertEqual(differences(self.cell, row(detection=2.9, heard=1.2), truth()), [])
        self.assertEqual(len(differences(self.cell, row(detection=3.03), truth())), 1)

    def test_times_count_from_the_first_message_on_the_same_side_of_the_fault(self):
        before, after = row(fault_at=1.9995, detection=5.0005), truth(fault_at=2.0005, detection=4.9995)
        self.assertEqual(differences(self.message, before, after), [])
        # The request of 2.0 s went out late, after the fault, as the last answer shows.
        busy = Cell("z", detector="none", timeline=DROP, observe="9s", meets=MESSAGE, workload=REQUESTS)
        self.assertEqual(busy.first_message(2.007, 0.506), 2.0)
        self.assertEqual(busy.first_message(2.007, 0.010), 2.5)
        self.assertEqual(differences(busy, row(fault_at=2.007, heard=0.506, detection=3.33), truth(fault_at=1.996, detection=3.34)), [])
        late, middle = row(fault_at=1.5, detection=5.03), truth(fault_at=1.5, detection=5.0)
        self.assertEqual(len(differences(self.message, late, middle)), 1)

    def test_outcome_signal_and_verdict_must_agree(self):
        self.assertEqual(len(differences(self.cell, row(outcome="missed", signal=None, detection=None), truth())), 2)
        self.assertEqual(len(differences(self.cell, row(signal="EOF"), truth())), 1)
        self.assertEqual(len(differences(self.cell, row(verdict="mismatch"), truth())), 1)

    def test_what_could_not_be_measured_does_not_agree(self):
        self.assertEqual(len(differences(self.cell, row(outcome="error", reason="why"), truth())), 1)
        self.assertEqual(len(differences(self.cell, row(), {"outcome": "error", "why": "why"})), 1)


if __name__ == "__main__":
    unittest.main()
