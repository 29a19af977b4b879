"""What a scenario of one detector says, read by the oracle's own eyes."""

from dataclasses import dataclass

from .units import seconds, size

DURATIONS = ("idle", "interval", "timeout", "userTimeout", "rtoMax")
KERNEL_SECONDS = ("idle", "interval")


@dataclass
class Step:
    at: float
    action: str  # inject or heal
    fault: str
    settings: dict
    number: int  # of the injection that it belongs to


class Scenario:
    def __init__(self, spec):
        self.name = spec["name"]
        self.topology = spec.get("topology", {})
        self.path = self.topology.get("path", "routed")
        self.stealthy = self.topology.get("unknown", "drop") == "drop"
        self.accept_queue = spec.get("acceptQueue", 128)
        detector = spec["detectors"][0]
        kind, settings = (detector, {}) if isinstance(detector, str) else next(iter(detector.items()))
        self.observer = settings.get("observer", "client")
        self.detector = (kind, {
            key: self._value(kind, key, value) for key, value in settings.items() if key not in ("observer", "name")})
        self.workload = self._workload(spec.get("workload"))
        self.steps = self._steps(spec["timeline"])
        measured = spec.get("measure")
        self.measured = next(
            step for step in self.steps if step.action == "inject" and step.fault == (measured or step.fault))
        self.observe = seconds(spec["observe"])

    @staticmethod
    def _value(kind, key, value):
        if key not in DURATIONS:
            return value
        return int(seconds(value)) if kind == "keepalive" and key in KERNEL_SECONDS else seconds(value)

    @staticmethod
    def _workload(spec):
        """(kind, every, size), or None."""
        if not spec or spec == "idle":
            return None
        kind, settings = next(iter(spec.items()))
        return kind, seconds(settings["every"]), size(settings.get("size", "24B"))

    @staticmethod
    def _steps(timeline):
        steps = []
        for number, entry in enumerate(timeline):
            at, fault = seconds(entry["at"]), entry.get("inject") or entry["heal"]
            settings = {key: value for key, value in entry.items() if key not in ("at", "inject", "heal", "for")}
            if "inject" in entry:
                steps.append(Step(at, "inject", fault, settings, number))
                if "for" in entry or fault == "host-reboot":
                    steps.append(Step(at + seconds(entry.get("for") or entry["downtime"]), "heal", fault, settings, number))
            else:
                first = next(step for step in reversed(steps) if step.fault == fault)
                steps.append(Step(at, "heal", fault, first.settings, first.number))
        return sorted(steps, key=lambda step: step.at)

    @property
    def traffic(self):
        """Who sends what of the workload."""
        if self.workload is None:
            return {}
        return {"server" if self.workload[0] == "push" else "client": self.workload}

    @property
    def period(self):
        """Over which t0 is spread."""
        kind, settings = self.detector
        if kind in ("connect", "heartbeat"):
            return settings["interval"]
        if self.workload:
            return self.workload[1]
        return max(settings["idle"], settings["interval"]) if kind == "keepalive" else 1.0

    @property
    def sysctls(self):
        """Of the observer's host."""
        kind, settings = self.detector
        if kind != "retransmission":
            return {}
        names = {"retries2": ("net/ipv4/tcp_retries2", 1), "rtoMax": ("net/ipv4/tcp_rto_max_ms", 1000)}
        return {names[key][0]: round(value * names[key][1]) for key, value in settings.items() if key in names}
