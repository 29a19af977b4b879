"""Checks by connecting: a new connection every so often, reset as soon as it stands."""

import errno
import select
import socket

from lab.clock import now
from .connection import TCP, TCP_SYNCNT, TCP_USER_TIMEOUT, reset_on_close


def attempt(address, blocking):
    """One connect(), and how long it took to fail."""
    sock = socket.socket()
    sock.setblocking(blocking)
    before = now()
    number = sock.connect_ex(address)
    if not blocking and number == errno.EINPROGRESS:
        poll = select.poll()
        poll.register(sock, select.POLLOUT)
        poll.poll(20000)
        number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    took = now() - before
    sock.close()
    return {"signal": errno.errorcode.get(number), "took": took}


class Attempts:
    def __init__(self, address, settings, begin):
        self.address, self.settings = address, settings
        self.next = begin
        self.began = None
        self.socket = None
        self.failure = None

    @property
    def due(self):
        """When `serve` has something to do; None if only the socket can tell."""
        if self.failure:
            return None
        if self.socket is None:
            return self.next
        timeout = self.settings.get("timeout")
        return self.began + timeout if timeout else None

    def register(self, poll):
        if self.socket is not None:
            poll.register(self.socket, select.POLLOUT)

    def serve(self, ready):
        if self.failure:
            return
        if self.socket is None:
            if now() >= self.next:
                self._start()
            return
        timeout = self.settings.get("timeout")
        if self.socket.fileno() in ready:
            number = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            self._end(errno.errorcode[number] if number else None)
        elif timeout and now() >= self.began + timeout:
            self._end("connect-timeout")

    def _start(self):
        self.began = now()
        # One that is under way when the next is due takes its place.
        while self.next <= self.began:
            self.next += self.settings["interval"]
        self.socket = socket.socket()
        self.socket.setblocking(False)
        reset_on_close(self.socket)
        if "synRetries" in self.settings:
            self.socket.setsockopt(TCP, TCP_SYNCNT, self.settings["synRetries"])
        if "userTimeout" in self.settings:
            self.socket.setsockopt(TCP, TCP_USER_TIMEOUT, round(self.settings["userTimeout"] * 1000))
        number = self.socket.connect_ex(self.address)
        if number not in (0, errno.EINPROGRESS):
            self._end(errno.errorcode[number])

    def _end(self, failure):
        self.failure = failure
        self.socket.close()
        self.socket = None
        while self.next <= now():
            self.next += self.settings["interval"]
