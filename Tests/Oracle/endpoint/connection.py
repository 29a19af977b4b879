"""A TCP socket, and how it ends."""

import errno
import socket
import struct

from .frames import Decoder, frame

# What may wait for a peer that does not read, before messages are dropped.
LONGEST_QUEUE = 4 << 20

SO_KEEPALIVE = (socket.SOL_SOCKET, socket.SO_KEEPALIVE)
TCP = socket.IPPROTO_TCP
TCP_NODELAY, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_SYNCNT, TCP_USER_TIMEOUT = 1, 4, 5, 6, 7, 18


def options_of(detector):
    """The socket options of a kernel mechanism, as (level, option, value)."""
    kind, settings = detector
    options = []
    if kind == "keepalive":
        options += [
            (TCP, TCP_KEEPIDLE, settings["idle"]), (TCP, TCP_KEEPINTVL, settings["interval"]),
            (TCP, TCP_KEEPCNT, settings["probes"]), (*SO_KEEPALIVE, 1)]
    user_timeout = settings.get("timeout") if kind == "user-timeout" else settings.get("userTimeout")
    if user_timeout and kind != "connect":
        options.append((TCP, TCP_USER_TIMEOUT, round(user_timeout * 1000)))
    return options


def reset_on_close(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Connection:
    """Non-blocking. `ended` is EOF or an errno's name once it is over."""

    def __init__(self, sock):
        sock.setblocking(False)
        sock.setsockopt(TCP, TCP_NODELAY, 1)
        self.socket = sock
        self.output = bytearray()
        self.decoder = Decoder()
        self.reading = True
        self.ended = None

    def fileno(self):
        return self.socket.fileno()

    def send(self, kind, size):
        if len(self.output) + size <= LONGEST_QUEUE:
            self.output += frame(kind, size)
        self.flush()

    def flush(self):
        try:
            while self.output and self.ended is None:
                del self.output[: self.socket.send(self.output)]
        except BlockingIOError:
            pass
        except OSError as error:
            self.ended = errno.errorcode[error.errno]

    def receive(self):
        """The kinds of the frames that came in."""
        kinds = []
        try:
            while self.ended is None:
                data = self.socket.recv(65536)
                if not data:
                    self.ended = "EOF"
                kinds += self.decoder.feed(data)
        except BlockingIOError:
            pass
        except OSError as error:
            self.ended = errno.errorcode[error.errno]
        return kinds

    def pending_error(self):
        """SO_ERROR, which says only once why a socket broke: ask after EPOLLERR or EPOLLHUP alone."""
        number = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        return errno.errorcode[number] if number else None
