"""Firewalls that refuse, and say so."""

from .cell import MESSAGE, REQUESTS, Cell, keepalive

KINDS = (
    "net-unreachable", "host-unreachable", "prot-unreachable", "port-unreachable", "net-prohibited", "host-prohibited",
    "admin-prohibited")


def reject(kind):
    return [{"at": "2s", "inject": "firewall-reject", "with": kind}]


CELLS = [
    Cell(
        f"reject-pending-{kind}", detector={"retransmission": {"retries2": 2}}, workload=REQUESTS, meets=MESSAGE, trials=3,
        timers=[0.2, 0.2, 0.4, 0.8, 1.6], timeline=reject(kind), observe="7s",
        short=1 if kind in ("port-unreachable", "host-unreachable") else None)
    for kind in KINDS
] + [
    Cell(
        "reject-pending-reset", detector={"retransmission": {"retries2": 2}}, workload=REQUESTS, meets=MESSAGE,
        timeline=reject("tcp-reset"), observe="5s", short=2),
    Cell(
        "reject-idle-reset", detector=keepalive(1, 1, 3), timers=[1], timeline=reject("tcp-reset"), observe="5s"),
    Cell(
        "reject-idle-admin-prohibited", detector=keepalive(1, 1, 3), timers=[1], timeline=reject("admin-prohibited"),
        observe="7s"),
]
