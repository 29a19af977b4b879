"""Cables pulled, interfaces set down, addresses changed."""

from .cell import FAULT, MESSAGE, REQUESTS, Cell, keepalive


def pull(cable):
    return [{"at": "2s", "inject": "cable-pull", "cable": cable}]


PUSH = {"push": {"every": "1s"}}
DOWN = [{"at": "2s", "inject": "interface-down", "host": "server"}]

CELLS = [
    Cell(
        "pull-idle", detector=keepalive(1, 1, 3), timers=[1], timeline=pull("server"), observe="7s", short=2),
    Cell(
        "pull-own-idle", detector=keepalive(1, 1, 3), timers=[1], timeline=pull("client"), observe="7s"),
    Cell(
        "pull-user-timeout", detector={"user-timeout": {"timeout": "3s"}}, workload=REQUESTS, meets=MESSAGE,
        timers=[0.2, 0.2, 0.4, 0.8, 1.6], timeline=pull("server"), observe="8s", short=2),
    Cell(
        "pull-retries2", detector={"retransmission": {"retries2": 3}}, workload=REQUESTS, meets=MESSAGE,
        timers=[0.2, 0.2, 0.4, 0.8, 1.6, 3.2], timeline=pull("server"), observe="14s"),
    Cell(
        "pull-own-retries2", detector={"retransmission": {"retries2": 3}}, workload=REQUESTS, meets=MESSAGE,
        timers=[0.5], timeline=pull("client"), observe="14s"),
    # The partner of an interface that is set down loses its carrier.
    Cell(
        "down-link-monitor", detector="link-monitor", topology={"path": "direct"}, meets=FAULT, timeline=DOWN, observe="5s",
        short=2),
    Cell(
        "down-direct-retries2", detector={"retransmission": {"retries2": 3}}, topology={"path": "direct"},
        workload=REQUESTS, meets=MESSAGE, timers=[0.5], timeline=DOWN, observe="14s"),
    Cell(
        "down-routed-retries2", detector={"retransmission": {"retries2": 3}}, workload=REQUESTS, meets=MESSAGE,
        timers=[0.2, 0.2, 0.4, 0.8, 1.6, 3.2], timeline=DOWN, observe="14s"),
    Cell(
        "down-idle", detector=keepalive(1, 1, 3), topology={"path": "direct"}, timers=[1], timeline=DOWN, observe="7s"),
    # The router will find nobody at the old address and say so, but not before its neighbour entry has aged.
    Cell(
        "address-change-server", detector={"retransmission": {"retries2": 2, "observer": "server"}},
        workload=PUSH, meets=MESSAGE, timers=[0.2, 0.2, 0.4, 0.8, 1.6], slack=0.15,
        timeline=[{"at": "2s", "inject": "address-change"}], observe="8s"),
    # With the kernel's own limit the router has the time to notice.
    Cell(
        "address-change-server-default", detector={"none": {"observer": "server"}}, workload=PUSH, meets=MESSAGE, trials=2,
        timers=[120], slack=20, timeline=[{"at": "2s", "inject": "address-change"}], observe="1100s", long=True),
    Cell(
        "down-routed-default", detector="none", workload=REQUESTS, meets=MESSAGE, trials=2, timers=[120], slack=1,
        timeline=DOWN, observe="1100s", long=True),
    Cell(
        "down-direct-default", detector="none", topology={"path": "direct"}, workload=REQUESTS, meets=MESSAGE, trials=2,
        timers=[120], slack=1, timeline=DOWN, observe="1100s", long=True),
    Cell(
        "pull-default", detector="none", workload=REQUESTS, meets=MESSAGE, trials=2, timers=[120], slack=1,
        timeline=pull("server"), observe="1100s", long=True),
]
