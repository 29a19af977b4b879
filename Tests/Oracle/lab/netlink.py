"""The few netlink messages that are sent by hand, because a program would take milliseconds to start."""

import socket
import struct

AF_BRIDGE_ANY = 0
NETLINK_ROUTE, NETLINK_NETFILTER = 0, 12
NLM_F_REQUEST, NLM_F_ACK = 1, 4
NLMSG_ERROR = 2
RTM_NEWLINK, RTM_DELLINK = 16, 17
RTMGRP_LINK = 1
IFF_UP, IFF_RUNNING, IFF_LOWER_UP = 0x1, 0x40, 0x10000
NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_DELETE = 1, 2
_HEADER = struct.Struct("=IHHII")
_LINK = struct.Struct("=BxHiII")


def _open(namespace, protocol, groups=0):
    with namespace.entered():
        sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, protocol)
    sock.bind((0, groups))
    return sock


def _request(sock, messages):
    """Sends (type, body) in one datagram, and waits for the kernel's acknowledgement of each."""
    data = b"".join(
        _HEADER.pack(_HEADER.size + len(body), kind, NLM_F_REQUEST | NLM_F_ACK, number + 1, 0) + body
        for number, (kind, body) in enumerate(messages))
    sock.send(data)
    outstanding = len(messages)
    while outstanding:
        answer = sock.recv(65536)
        while answer:
            length, kind, _, _, _ = _HEADER.unpack_from(answer)
            if kind == NLMSG_ERROR:
                error = struct.unpack_from("=i", answer, _HEADER.size)[0]
                if error:
                    raise OSError(-error, f"netlink: errno {-error}")
                outstanding -= 1
            answer = answer[(length + 3) & ~3:]


class Links:
    """Sets interfaces of one namespace, by index, up and down."""

    def __init__(self, namespace):
        self.socket = _open(namespace, NETLINK_ROUTE)

    def set_up(self, up, *indexes):
        """All in one datagram: the kernel does them one right after the other."""
        _request(
            self.socket,
            [(RTM_NEWLINK, _LINK.pack(AF_BRIDGE_ANY, 0, index, IFF_UP if up else 0, IFF_UP)) for index in indexes])


class LinkNotices:
    """What the kernel tells of an interface's carrier."""

    def __init__(self, namespace, index):
        self.index = index
        self.socket = _open(namespace, NETLINK_ROUTE, RTMGRP_LINK)
        self.socket.setblocking(False)

    def fileno(self):
        return self.socket.fileno()

    def carrier_lost(self):
        """Reads what has come in; whether the interface was told to be without carrier."""
        lost = False
        while True:
            try:
                data = self.socket.recv(65536)
            except BlockingIOError:
                return lost
            while data:
                length, kind, _, _, _ = _HEADER.unpack_from(data)
                if kind in (RTM_NEWLINK, RTM_DELLINK):
                    _, _, index, flags, _ = _LINK.unpack_from(data, _HEADER.size)
                    gone = kind == RTM_DELLINK or not flags & IFF_LOWER_UP
                    lost = lost or (index == self.index and gone)
                data = data[(length + 3) & ~3:]


class Tracking:
    """The connections that a router tracks."""

    def __init__(self, namespace):
        self.socket = _open(namespace, NETLINK_NETFILTER)

    def flush(self):
        """Forgets them all, as `conntrack -F` does: a delete without a tuple."""
        kind = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE
        _request(self.socket, [(kind, struct.pack("=BBH", socket.AF_INET, 0, 0))])
