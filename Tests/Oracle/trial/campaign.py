"""Many trials side by side: all networks are built first (the kernel has one lock for that), then all are measured."""

import gc
import json
import os
import select
import signal
import socket
import time
import traceback

from lab.namespace import become_root, die_with_parent
from .trial import Trial

BUILDING_AT_ONCE = 4
#: No trial takes longer than its window and this.
SETTLING = 30


class _Child:
    """A trial in a process of its own."""

    def __init__(self, cell, moment, captures, others):
        self.cell, self.moment = cell, moment
        self.channel, theirs = socket.socketpair()
        self.result = None
        self.buffer = b""
        self.pid = os.fork()
        if self.pid == 0:
            try:
                die_with_parent()
                self.channel.close()
                for other in others:
                    other.channel.close()
                become_root()
                _perform(cell, moment, captures, theirs)
            except BaseException:
                theirs.sendall(json.dumps({"outcome": "error", "why": traceback.format_exc()}).encode() + b"\n")
            finally:
                os._exit(0)
        theirs.close()

    def line(self):
        """The next line it says; None if it has none yet, and an error's result if it died."""
        data = self.channel.recv(1 << 20)
        if not data:
            return {"outcome": "error", "why": "the trial's process died"}
        self.buffer += data
        if b"\n" not in self.buffer:
            return None
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line)


def _perform(cell, moment, captures, channel):
    trial = Trial(cell, moment)
    try:
        trial.build()
        channel.sendall(b'{"built": true}\n')
        number = channel.recv(64)
        if not number:
            return
        result = trial.measure()
        result["evidence"] = trial.evidence()
        if captures:
            name = f"{cell.name}-{int(number)}"
            trial.capture.write(os.path.join(captures, name + ".pcap"))
            summary = json.dumps({key: value for key, value in result.items() if key != "evidence"})
            with open(os.path.join(captures, name + ".txt"), "w") as file:
                file.write("\n".join([summary, *trial.evidence(100000)]) + "\n")
        channel.sendall(json.dumps(result).encode() + b"\n")
        # Networks are taken down when all are done: meanwhile the kernel would hold its lock against others' faults.
        channel.recv(64)
    finally:
        trial.end()


def measure(tasks, captures=None):
    """`tasks`: (cell, moment) pairs. Their results, in the same order. `captures`: where files of each are left."""
    if captures:
        os.makedirs(captures, exist_ok=True)
    gc.freeze()
    children, building = [], []
    for cell, moment in tasks:
        child = _Child(cell, moment, captures, children)
        children.append(child)
        building.append(child)
        if len(building) >= BUILDING_AT_ONCE:
            _built(building)
    while building:
        _built(building)
    # What the kernel does behind the building is over soon.
    time.sleep(0.5)
    for number, child in enumerate(children):
        if child.result is None:
            child.channel.sendall(str(number + 1).encode())
            time.sleep(0.003)
    waiting = [child for child in children if child.result is None]
    deadline = time.monotonic() + SETTLING + max((2 * child.cell.scenario.observe for child in children), default=0)
    while waiting and time.monotonic() < deadline:
        ready, _, _ = select.select([child.channel for child in waiting], [], [], 1)
        for child in [child for child in waiting if child.channel in ready]:
            child.result = child.line()
            if child.result is not None:
                waiting.remove(child)
    for child in children:
        if child.result is None:
            child.result = {"outcome": "error", "why": "the trial did not end"}
            os.kill(child.pid, signal.SIGKILL)
        child.channel.close()
    for child in children:
        os.waitpid(child.pid, 0)
    return [child.result for child in children]


def _built(building):
    """Waits until one of them is built."""
    ready, _, _ = select.select([child.channel for child in building], [], [])
    for child in [child for child in building if child.channel in ready]:
        said = child.line()
        if said is not None:
            building.remove(child)
            if "built" not in said:
                child.result = said
