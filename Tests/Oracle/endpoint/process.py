"""A process in a namespace, ordered about by one JSON line per command, telling one per event."""

import json
import os
import signal
import socket

from lab.namespace import die_with_parent
from lab.clock import hurry
from .loop import Loop


class Process:
    """The orchestrator's hold on an endpoint. `role` is (role, arguments) for `Loop`."""

    def __init__(self, namespace, **arguments):
        self.channel, theirs = socket.socketpair()
        self.buffer = b""
        self.pid = os.fork()
        if self.pid == 0:
            try:
                die_with_parent()
                namespace.enter()
                hurry()
                Loop(theirs, **arguments).run()
            except KeyboardInterrupt:
                pass
            except BaseException as error:
                theirs.setblocking(True)
                theirs.sendall(json.dumps({"event": "failed", "why": f"{type(error).__name__}: {error}"}).encode() + b"\n")
            finally:
                os._exit(0)
        theirs.close()

    def fileno(self):
        return self.channel.fileno()

    def order(self, command, **arguments):
        try:
            self.channel.sendall(json.dumps({"command": command, **arguments}).encode() + b"\n")
        except OSError:
            pass  # It was killed; that it says nothing any more is part of the trial.

    def events(self):
        """What it has said, after its descriptor became readable."""
        data = self.channel.recv(65536)
        if not data:
            return None
        self.buffer += data
        *lines, self.buffer = self.buffer.split(b"\n")
        return [json.loads(line) for line in lines]

    def signal(self, number):
        os.kill(self.pid, number)

    def reap(self):
        for action in (lambda: os.kill(self.pid, signal.SIGKILL), lambda: os.waitpid(self.pid, 0)):
            try:
                action()
            except (ProcessLookupError, ChildProcessError):
                pass
        self.channel.close()
