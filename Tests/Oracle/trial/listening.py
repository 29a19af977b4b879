"""Takes in what the processes say and what the capture sees, and does what is due meanwhile."""

import select

from lab.clock import now


class TrialError(Exception):
    pass


class Listening:
    def __init__(self):
        self.processes = {}
        self.said = {"client": [], "server": []}
        self.capture = None
        #: (instant, action) pairs.
        self.later = []

    def turn(self, until):
        """Waits until then, or until something happens."""
        left = max(0.0, min([until, *(due for due, _ in self.later)]) - now())
        live = [(name, process) for name, process in self.processes.items() if process.channel.fileno() >= 0]
        capture = [self.capture] if self.capture else []
        readable, _, _ = select.select([process for _, process in live] + capture, [], [], left)
        for name, process in live:
            if process in readable:
                self._hear(name, process)
        for each in capture:
            if each in readable:
                each.read()
        for due, action in [each for each in self.later if each[0] <= now()]:
            self.later.remove((due, action))
            action()

    def _hear(self, name, process):
        events = process.events()
        if events is None:
            # It is dead, as a fault wanted it.
            process.channel.close()
        for event in events or []:
            if event["event"] == "failed":
                raise TrialError(f"the {name} failed: {event['why']}")
            self.said[name].append(event)

    def find(self, host, event):
        return next((said for said in self.said[host] if said["event"] == event), None)

    def wait_for(self, host, event, deadline):
        while (found := self.find(host, event)) is None:
            if now() > deadline:
                raise TrialError(f"the {host} did not say `{event}`")
            self.turn(deadline)
        return found
