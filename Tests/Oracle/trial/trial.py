"""Builds, begins, breaks, and waits for what the observer is told."""

from dataclasses import dataclass

from endpoint.process import Process
from lab.clock import now
from lab.network import Network
from .capture import Capture
from .faults import FAULTS
from .listening import Listening
from .outcome import outcome

PORT = 7700
#: How long the connection gets to answer the question at the end.
PATIENCE = 3.0
#: How far a keepalive probe may be from where Flatline's was (timers are late by their level in the wheel).
PROBE_SLACK = 0.35
#: What a receive buffer holds where the peer is to stop reading: few bytes, so that its window closes at once.
SHORT_BUFFER = 4096


@dataclass
class Span:
    fault: object
    start: float
    end: float | None = None


class Trial(Listening):
    """`moment`: (fault_at, last_heard or None, heal_at or None) in seconds, of the row that is to be met."""

    def __init__(self, cell, moment):
        super().__init__()
        self.cell, self.scenario = cell, cell.scenario
        self.faults = {}
        self.fault_at, self.heard, self.heal_at = moment
        self.spans = []
        self.t0 = None
        self.uncertainty = None
        self.port = None

    # Before

    def build(self):
        scenario = self.scenario
        injected = [step for step in scenario.steps if step.action == "inject"]
        reboots = [step.settings.get("host", "server") for step in injected if step.fault == "host-reboot"]
        plain = {
            "s" if scenario.path == "direct" or step.settings.get("host", "server") == "server" else "c"
            for step in injected if step.fault == "interface-down"}
        self.network = Network("direct" if scenario.path == "direct" else "routed", plain, reboots)
        if scenario.path == "nat":
            self.network.translate(scenario.stealthy)
        observer = self.network.hosts[scenario.observer]
        for name, value in scenario.sysctls.items():
            observer.write(name, value)
        for host in ("server", "client"):
            self.processes[host] = self.spawn(host, self.network.hosts[host])
        self.wait_for("server", "ready", now() + 20)
        self.wait_for("client", "ready", now() + 20)
        self.capture = Capture(observer, self.network.end(scenario.observer).device)
        for step in injected:
            fault = self.faults[step.number] = FAULTS[step.fault](self, step.settings)
            fault.prepare()

    def spawn(self, host, namespace):
        scenario = self.scenario
        address = (self.network.server_address, PORT)
        arguments = {"connect": address, "aligns": True} if host == "client" else {
            "listen": address, "backlog": scenario.accept_queue,
            "receive_buffer": SHORT_BUFFER if any(step.fault == "slow-reader" for step in scenario.steps) else None}
        if scenario.observer == host:
            arguments |= {"detector": scenario.detector, "interface": self.network.end(host).index}
        return Process(namespace, traffic=scenario.traffic.get(host), **arguments)

    @property
    def declared(self):
        return self.find(self.scenario.observer, "declared")

    # The measurement

    def open(self):
        """The connection stands, and has been used."""
        self.processes["client"].order("connect")
        self.wait_for("client", "answer", now() + 10)
        self.wait_for("server", "connected", now() + 10)
        self.port = self.find(self.scenario.observer, "connected")["port"]

    def measure(self):
        if self.cell.perform is not None:
            result = self.cell.perform(self)
            self.capture.read()
            return result
        self.open()
        self.begin = now() + 0.2
        for process in self.processes.values():
            process.order("begin", at=self.begin)
        self.walk()
        phase = self.fault_at - self.scenario.measured.at
        end = self.begin + phase + self.scenario.observe
        while self.declared is None and now() < end:
            self.turn(end)
        works = self.declared is None and self.works()
        self.capture.read()
        return self.result(works, end)

    def walk(self):
        measured = self.scenario.measured
        for step in self.scenario.steps:
            if step.action == "heal" and self.spans == []:
                continue
            due = self.due(step, measured)
            while self.declared is None and (left := due() - now()) > 0:
                self.turn(now() + left)
            if self.declared is not None:
                return
            before = now()
            fault = self.faults[step.number]
            if step.action == "inject":
                fault.inject()
                after = now()
                self.spans.append(Span(fault, before))
                if step is measured:
                    self.t0, self.uncertainty = (before + after) / 2, (after - before) / 2
                fault.follow()
            else:
                fault.heal()
                next(span for span in self.spans if span.fault is fault).end = now()

    def due(self, step, measured):
        """When a step is to be done: a function, as what the last segment says may still change."""
        if self.t0 is not None:
            if step.action == "heal" and self.heal_at is not None and step is self.scenario.steps[-1]:
                return lambda: self.t0 + self.heal_at - self.fault_at
            return lambda: self.t0 + step.at - measured.at
        if step is measured and self.cell.meets == "last segment" and self.heard is not None:
            return self._after_segment
        return lambda: self.begin + self.fault_at + step.at - measured.at

    def _after_segment(self):
        """As long after the last segment as in the row: t0 falls into the same place between the timers."""
        heard_at = self.begin + self.fault_at - self.heard
        last = self.capture.last_heard(self.port, min(now(), heard_at + PROBE_SLACK))
        if last is not None and last >= heard_at - PROBE_SLACK:
            return last + self.heard
        return self.begin + self.fault_at + PROBE_SLACK

    def works(self):
        """Whether the connection answers a question now."""
        observer = self.scenario.observer
        answers = sum(event["event"] == "answer" for event in self.said[observer])
        self.processes[observer].order("still")
        deadline = now() + PATIENCE
        while now() < deadline and self.declared is None:
            if sum(event["event"] == "answer" for event in self.said[observer]) > answers:
                return True
            self.turn(deadline)
        return False

    def result(self, works, end):
        declared = self.declared
        if declared is not None and declared["at"] > end:
            declared = None
        at = declared["at"] if declared else None
        verdict = outcome(self, at, works)
        signal = declared["signal"] if declared else None
        if self.t0 is None:
            return {"outcome": verdict, "signal": signal, "detection": None, "heard": None, "fault_at": None}
        heard = self.capture.last_heard(self.port, self.t0)
        # What came while the fault was being done came with it.
        faulty = declared is not None and at >= self.t0 - self.uncertainty
        return {
            "outcome": verdict, "signal": signal, "detection": max(0.0, at - self.t0) if faulty else None,
            "heard": self.t0 - heard if heard else None, "fault_at": self.t0 - self.begin,
            "uncertainty": self.uncertainty, "healed": [span.end - self.t0 for span in self.spans if span.end],
        }

    def evidence(self, most=60):
        """The observer's packets around the end, as lines."""
        zero = self.t0 or getattr(self, "begin", 0)
        packets = [packet for packet in self.capture.packets if packet.at > zero - 1]
        return [packet.describe(zero) for packet in packets[:most]]

    def end(self):
        for process in self.processes.values():
            process.reap()
        faults = self.faults.values()
        for fault in faults:
            fault.discard()
        if any(fault.kills for fault in faults):
            self.network.destroy_connections()
