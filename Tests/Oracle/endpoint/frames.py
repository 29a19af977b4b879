"""What client and server say to each other: a letter, a length, and as many bytes."""

import struct

HEADER = struct.Struct("!cI")
ASK, ANSWER, MESSAGE = b"Q", b"A", b"M"


def frame(kind, size):
    """A frame of `size` bytes in all."""
    return HEADER.pack(kind, max(0, size - HEADER.size)) + bytes(max(0, size - HEADER.size))


class Decoder:
    """Cuts a stream into frames; keeps no bodies."""

    def __init__(self):
        self.head = b""
        self.skip = 0

    def feed(self, data):
        kinds = []
        while data:
            taken = min(self.skip, len(data))
            self.skip -= taken
            data = data[taken:]
            if self.skip or not data:
                break
            wanted = HEADER.size - len(self.head)
            self.head, data = self.head + data[:wanted], data[wanted:]
            if len(self.head) == HEADER.size:
                kind, self.skip = HEADER.unpack(self.head)
                self.head = b""
                kinds.append(kind)
        return kinds
