"""The observer's interface, by AF_PACKET with the kernel's stamps: the truth about what was heard, and when."""

import socket
import struct
from dataclasses import dataclass

from lab.clock import realtime_offset

ETH_P_ALL = 3
SO_TIMESTAMPNS = 35
PACKET_OUTGOING = 4
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
LETTERS = ((SYN, "S"), (FIN, "F"), (RST, "R"), (PSH, "P"), (ACK, "."))


@dataclass
class Packet:
    at: float  # CLOCK_MONOTONIC
    incoming: bool
    frame: bytes
    protocol: int = 0
    ports: tuple = (0, 0)
    flags: int = 0
    sequence: int = 0
    acknowledged: int = 0
    payload: int = 0
    icmp: tuple = ()
    arp: str = ""

    def describe(self, zero):
        """Such as `+5.0123 > . seq 25 ack 31 len 0`."""
        head = f"{self.at - zero:+.4f} {'<' if self.incoming else '>'} "
        if self.protocol == socket.IPPROTO_TCP:
            letters = "".join(letter for bit, letter in LETTERS if self.flags & bit)
            return head + (
                f"{letters} {self.ports[0]}>{self.ports[1]} seq {self.sequence} ack {self.acknowledged} len {self.payload}")
        if self.protocol == socket.IPPROTO_ICMP:
            return head + f"icmp type {self.icmp[0]} code {self.icmp[1]}"
        return head + (f"arp {self.arp}" if self.arp else f"protocol {self.protocol}")


def parse(at, incoming, frame):
    packet = Packet(at, incoming, frame)
    kind = struct.unpack_from("!H", frame, 12)[0]
    if kind == 0x0806 and len(frame) >= 42:
        operation = struct.unpack_from("!H", frame, 20)[0]
        address = socket.inet_ntoa(frame[38:42] if operation == 1 else frame[28:32])
        packet.arp = f"{'who-has' if operation == 1 else 'is-at'} {address}"
    if kind != 0x0800:
        return packet
    header = (frame[14] & 15) * 4
    total = struct.unpack_from("!H", frame, 16)[0]
    packet.protocol = frame[23]
    body = 14 + header
    if packet.protocol == socket.IPPROTO_TCP:
        source, destination, sequence, acknowledged, offset, flags = struct.unpack_from("!HHIIBB", frame, body)
        packet.ports, packet.flags = (source, destination), flags
        packet.sequence, packet.acknowledged = sequence, acknowledged
        packet.payload = total - header - (offset >> 4) * 4
    elif packet.protocol == socket.IPPROTO_ICMP:
        packet.icmp = (frame[body], frame[body + 1])
    return packet


class Capture:
    def __init__(self, namespace, device):
        with namespace.entered():
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        with namespace.entered():
            self.socket.bind((device, ETH_P_ALL))
        self.socket.setblocking(False)
        self.offset = realtime_offset()
        self.packets = []

    def fileno(self):
        return self.socket.fileno()

    def read(self):
        """Takes in what has been captured by now."""
        while True:
            try:
                # Headers suffice.
                data, extra, _, address = self.socket.recvmsg(256, 64)
            except BlockingIOError:
                return
            except OSError:
                continue  # The interface is down: said once, and then more may come.
            for level, kind, value in extra:
                if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                    seconds, nanoseconds = struct.unpack("qq", value)
                    at = (seconds * 1_000_000_000 + nanoseconds + self.offset) / 1e9
                    self.packets.append(parse(at, address[2] != PACKET_OUTGOING, data))

    def last_heard(self, port, before):
        """When the last TCP segment of the connection came in."""
        times = [
            packet.at for packet in self.packets
            if packet.incoming and packet.protocol == socket.IPPROTO_TCP and port in packet.ports and packet.at <= before]
        return times[-1] if times else None

    def last_passed(self, port):
        """When the last TCP segment of the connection passed, either way."""
        return [packet.at for packet in self.packets if packet.protocol == socket.IPPROTO_TCP and port in packet.ports][-1]

    def write(self, path):
        """A pcap file with nanoseconds, on the clock of CLOCK_MONOTONIC."""
        with open(path, "wb") as file:
            file.write(struct.pack("=IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 256, 1))
            for packet in self.packets:
                nanoseconds = round(packet.at * 1e9)
                file.write(struct.pack("=IIII", *divmod(nanoseconds, 1_000_000_000), len(packet.frame), len(packet.frame)))
                file.write(packet.frame)
