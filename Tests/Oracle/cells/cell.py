"""One cell: a scenario of one detector, and how its two measurements are compared."""

from compare.wheel import spread
from trial.scenario import Scenario

#: What the two sides may differ by, besides the wheel's rounding.
TOLERANCE = 0.020

LAST_SEGMENT = "last segment"
FAULT = "fault"
MESSAGE = "first message"


class Cell:
    """`meets`: what both trials have in common.

    - `last segment`: the fault comes as long after the last segment that was heard; compared is
      detection_s + last_heard_s, which counts from that segment.
    - `fault`: the fault comes as long after the trial's begin; compared is detection_s.
    - `first message`: as before, and messages, pings or attempts go out on a schedule; compared is the time since the
      first of them after the fault.

    `timers`: the lengths, in seconds, of the kernel's timers that decide, one after the other: `wheel` is how far their
    rounding can tear two measurements apart. `slack`: what else may, as where retransmission timeouts follow round trips.
    `short`: the trials of a short run, in which the others are left out. `long`: only with --long or by name.
    `unexpressible`: why no scenario says it; then `perform(trial)` measures it.
    """

    def __init__(self, name, *, detector, timeline, observe, meets=LAST_SEGMENT, timers=(), slack=0.0, topology=None,
                 workload=None, measure=None, trials=4, short=None, long=False, unexpressible=None, perform=None, **more):
        self.name, self.meets, self.trials, self.short, self.long = name, meets, trials, short, long
        self.unexpressible, self.perform = unexpressible, perform
        self.wheel = spread(*timers) + slack if timers else slack
        self.spec = {"version": 1, "name": f"oracle-{name}", "detectors": [detector], "timeline": timeline,
                     "observe": observe, "trials": trials, **more}
        for key, value in (("topology", topology), ("workload", workload), ("measure", measure)):
            if value is not None:
                self.spec[key] = value
        self.scenario = Scenario(self.spec)

    def first_message(self, fault_at, heard):
        """When, from the begin, the first message after the fault was due.

        A request that was due before the fault, and that was not answered, went out late: it is the first one.
        """
        every = self.scenario.period
        before = fault_at - fault_at % every
        is_answered = self.scenario.workload is not None and self.scenario.workload[0] == "requests"
        # The last answer is then half a period older than the request, at least.
        if is_answered and heard is not None and fault_at - heard < before - every / 2:
            return before
        return before + every

    def compared(self, detection, heard, fault_at, message=None):
        """The time that both sides have in common, in seconds; None if nothing was detected.

        `message`: when the first message after the fault was due; by default what `first_message` says.
        """
        if detection is None:
            return None
        if self.meets == LAST_SEGMENT and heard is not None:
            return detection + heard
        if self.meets == MESSAGE and fault_at is not None:
            return detection + fault_at - (message or self.first_message(fault_at, heard))
        return detection

    @property
    def tolerance(self):
        return TOLERANCE + self.wheel


def keepalive(idle, interval, probes, **more):
    return {"keepalive": {"idle": f"{idle}s", "interval": f"{interval}s", "probes": probes, **more}}


REQUESTS = {"requests": {"every": "500ms", "timeout": "2s"}}
