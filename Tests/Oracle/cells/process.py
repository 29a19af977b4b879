"""Processes that are killed or stopped, their kernels alive."""

from .cell import FAULT, MESSAGE, REQUESTS, Cell, keepalive

STOP = {"at": "2s", "inject": "process-stop"}

CELLS = [
    Cell(
        "kill-idle", detector=keepalive(1, 1, 3), meets=FAULT, timeline=[{"at": "2s", "inject": "process-kill"}],
        observe="4s", short=2),
    # Its kernel answers every probe, and acknowledges what is sent.
    Cell(
        "stop-keepalive", detector=keepalive(1, 1, 2, userTimeout="2s"), timeline=[STOP], observe="7s", short=2),
    Cell(
        "stop-pending", detector={"user-timeout": {"timeout": "2s"}}, workload=REQUESTS, meets=FAULT, timeline=[STOP],
        observe="8s"),
    Cell(
        "stop-heartbeat", detector={"heartbeat": {"interval": "1s", "timeout": "2500ms"}}, meets=MESSAGE, timeline=[STOP],
        observe="6s", short=2),
    # What it had not read makes the close a reset.
    Cell(
        "stop-then-kill", detector="none", workload={"trickle": {"every": "200ms"}}, meets=FAULT,
        timeline=[{"at": "2s", "inject": "process-stop"}, {"at": "3s", "inject": "process-kill"}], measure="process-kill",
        observe="5s"),
    Cell(
        "stop-then-kill-idle", detector="none", meets=FAULT,
        timeline=[{"at": "2s", "inject": "process-stop"}, {"at": "3s", "inject": "process-kill"}], measure="process-kill",
        observe="5s"),
]
