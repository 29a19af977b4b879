"""A peer that stops reading: its window closes."""

from .cell import FAULT, MESSAGE, Cell

TRICKLE = {"trickle": {"every": "500ms", "size": "64KiB"}}
STOP = {"at": "2s", "inject": "slow-reader"}

CELLS = [
    # The peer lives and answers every window probe.
    Cell(
        "zero-window-user-timeout", detector={"user-timeout": {"timeout": "2s"}}, workload=TRICKLE, meets=MESSAGE,
        timers=[0.2, 2.0], slack=0.06, timeline=[STOP], observe="8s", short=2),
    Cell(
        "zero-window", detector="none", workload=TRICKLE, meets=FAULT,
        timeline=[STOP, {"at": "6s", "heal": "slow-reader"}], observe="9s"),
    # It stops reading, and 2.2 s later it is gone: tcp_retries2 counts the unanswered window probes.
    Cell(
        "zero-window-then-silence", detector={"retransmission": {"retries2": 3}}, workload=TRICKLE,
        timers=[0.8, 1.6, 1.6, 1.6], timeline=[STOP, {"at": "4200ms", "inject": "firewall-drop"}], measure="firewall-drop",
        observe="14s", trials=3),
]
