"""What an endpoint does: one connection to serve, traffic to send on time, and a detector to run."""

import json
import select
import socket

from lab.clock import now
from lab.netlink import LinkNotices
from .attempts import Attempts, attempt
from .connection import Connection, options_of, reset_on_close
from .frames import ANSWER, ASK, MESSAGE

SMALL = 24


class Loop:
    """Client: `connect`, server: `listen` gives the address. `detector` (kind, settings) if this side observes;
    `traffic` (kind, every, size) if this side sends."""

    def __init__(self, channel, *, listen=None, connect=None, backlog=128, receive_buffer=None, detector=None,
                 traffic=None, interface=None, aligns=False):
        self.channel = channel
        self.channel.setblocking(True)
        self.orders = b""
        self.detector = tuple(detector) if detector else None
        self.traffic = tuple(traffic) if traffic else None
        self.aligns = aligns
        self.interface = interface
        self.address = tuple(listen or connect)
        self.connection = None
        self.connecting = None
        self.listener = None
        self.reading = True
        self.begun = None
        self.started = False
        self.next_traffic = None
        self.next_ping = None
        self.last_answer = None
        self.declared = False
        self.attempts = None
        self.notices = None
        self.finished = False
        if listen:
            self.listener = socket.socket()
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if receive_buffer:
                self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            self.listener.bind(self.address)
            self.listener.listen(backlog)
            self.listener.setblocking(False)
        self.tell("ready")

    def tell(self, event, **more):
        self.channel.sendall(json.dumps({"event": event, **more}).encode() + b"\n")

    # The loop

    def run(self):
        while not self.finished:
            poll = select.poll()
            poll.register(self.channel, select.POLLIN)
            if self.listener is not None and self.reading:
                poll.register(self.listener, select.POLLIN)
            if self.connecting is not None:
                poll.register(self.connecting, select.POLLOUT)
            if self.connection is not None:
                wanted = (select.POLLIN if self.reading else 0) | (select.POLLOUT if self.connection.output else 0)
                poll.register(self.connection, wanted)
            if self.notices is not None:
                poll.register(self.notices, select.POLLIN)
            if self.attempts is not None:
                self.attempts.register(poll)
            wake = self.next_wake()
            ready = dict(poll.poll(None if wake is None else max(0, (wake - now()) * 1000 + 0.2)))
            self.serve(ready)

    def next_wake(self):
        times = [self.begun if not self.started else None, self.next_traffic, self.next_ping, self.heartbeat_deadline()]
        if self.attempts is not None:
            times.append(self.attempts.due)
        return min((time for time in times if time is not None), default=None)

    def serve(self, ready):
        at = now()
        if self.connecting is not None and self.connecting.fileno() in ready:
            self.connected()
        if self.listener is not None and self.listener.fileno() in ready:
            self.accept()
        if self.connection is not None and self.connection.fileno() in ready:
            self.serve_connection(ready[self.connection.fileno()], at)
        if self.notices is not None and self.notices.fileno() in ready and self.notices.carrier_lost():
            self.declare("carrier-lost", at)
        if self.attempts is not None:
            self.attempts.serve(ready)
            if self.attempts.failure:
                self.declare(self.attempts.failure, now())
                self.attempts = None
        self.serve_timers()
        if self.channel.fileno() in ready:
            self.obey()

    # Connecting and accepting

    def connect(self):
        self.connecting = socket.socket()
        for option in options_of(self.detector or ("none", {})):
            self.connecting.setsockopt(*option)
        self.connecting.setblocking(False)
        self.connecting.connect_ex(self.address)

    def connected(self):
        error = self.connecting.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise OSError(error, "connect")
        self.connection, self.connecting = Connection(self.connecting), None
        self.tell("connected", port=self.connection.socket.getsockname()[1])
        self.ask()

    def accept(self):
        try:
            sock, _ = self.listener.accept()
        except BlockingIOError:
            return
        if self.connection is None:
            for option in options_of(self.detector or ("none", {})):
                sock.setsockopt(*option)
            self.connection = Connection(sock)
            self.tell("connected", port=sock.getpeername()[1])
        else:
            # A check by connecting: its client resets it at once.
            sock.close()

    # Traffic

    def ask(self):
        self.say(ASK, SMALL)

    def say(self, kind, size):
        if self.connection is not None and self.connection.ended is None:
            self.connection.send(kind, size)
            self.check_end(now())

    def start(self):
        self.started = True
        kind, settings = self.detector or ("none", {})
        if kind == "connect":
            self.attempts = Attempts(self.address, settings, self.begun)
        if kind == "heartbeat":
            self.next_ping = self.begun
        if self.traffic:
            self.next_traffic = self.begun
        elif self.aligns and kind != "heartbeat":
            self.ask()

    def heartbeat_deadline(self):
        if self.detector and self.detector[0] == "heartbeat" and self.last_answer and not self.declared and self.begun:
            return self.last_answer + self.detector[1]["timeout"]
        return None

    def serve_timers(self):
        at = now()
        if self.begun and not self.started and at >= self.begun:
            self.start()
        deadline = self.heartbeat_deadline()
        if deadline and at >= deadline and self.started:
            self.declare("missed-heartbeats", at)
        if self.next_ping and at >= self.next_ping:
            self.next_ping += self.detector[1]["interval"]
            self.ask()
        if self.next_traffic and at >= self.next_traffic:
            kind, every, size = self.traffic
            self.next_traffic += every
            self.say(ASK if kind == "requests" else MESSAGE, size)

    def serve_connection(self, bits, at):
        broken = bits & (select.POLLERR | select.POLLHUP)
        if self.reading or broken:
            for kind in self.connection.receive():
                if kind == ASK:
                    self.connection.send(ANSWER, SMALL)
                elif kind == ANSWER:
                    self.last_answer = at
                    self.tell("answer", at=at)
        if self.connection.ended is None and broken:
            self.connection.ended = self.connection.pending_error() or "EOF"
        if self.connection.ended is None and bits & select.POLLOUT:
            self.connection.flush()
        self.check_end(at)

    def check_end(self, at):
        if self.connection is not None and self.connection.ended is not None:
            signal = self.connection.ended
            if self.detector:
                self.declare(signal, at)
            else:
                self.tell("ended", at=at, signal=signal)
            reset_on_close(self.connection.socket)
            self.connection.socket.close()
            self.connection = None

    def declare(self, signal, at):
        if self.declared or not self.detector:
            return
        self.declared = True
        self.next_ping = None
        self.tell("declared", at=at, signal=signal)

    # Orders

    def obey(self):
        data = self.channel.recv(65536)
        if not data:
            self.finished = True
            return
        self.orders += data
        *lines, self.orders = self.orders.split(b"\n")
        for line in lines:
            order = json.loads(line)
            command = order["command"]
            if command == "connect":
                self.connect()
            elif command == "begin":
                self.begun = order["at"]
                if self.detector and self.detector[0] == "link-monitor":
                    self.notices = LinkNotices(_Here(), self.interface)
            elif command == "stop-reading":
                self.reading = False
                self.tell("stopped-reading", at=now())
            elif command == "start-reading":
                self.reading = True
            elif command == "still":
                # The last word: no traffic of its own any more, one question.
                self.next_traffic = None
                self.ask()
            elif command == "close-with-data":
                self.connection.send(MESSAGE, SMALL)
                self.connection.socket.close()
                self.connection = None
                self.tell("closed", at=now())
            elif command == "attempt":
                self.tell("attempted", **attempt(self.address, order["blocking"]))
            elif command == "quit":
                self.finished = True


class _Here:
    """The namespace that this process is in."""

    def entered(self):
        from contextlib import nullcontext
        return nullcontext()
