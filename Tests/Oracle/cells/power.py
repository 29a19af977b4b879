"""Hosts that lose power, and return without their connections."""

from .cell import MESSAGE, Cell, keepalive

PUSH = {"push": {"every": "500ms"}}

CELLS = [
    Cell(
        "reboot-keepalive", detector=keepalive(2, 2, 5), timers=[2, 2], short=2,
        timeline=[{"at": "1s", "inject": "host-reboot", "downtime": "500ms"}], observe="8s"),
    # What the server pushes meets a host that knows nothing of it.
    Cell(
        "reboot-client-pushes", detector={"none": {"observer": "server"}}, workload=PUSH, meets=MESSAGE, timers=[1, 1, 1],
        timeline=[{"at": "2s", "inject": "host-reboot", "host": "client", "downtime": "1s"}], observe="8s", short=2),
    Cell(
        "reboot-server-pushes", detector=keepalive(2, 1, 3), workload=PUSH, timers=[2],
        timeline=[{"at": "2s", "inject": "host-reboot", "downtime": "1s"}], observe="8s"),
    Cell(
        "crash-keepalive", detector=keepalive(1, 1, 3), timers=[1], timeline=[{"at": "2s", "inject": "host-crash"}],
        observe="7s"),
]
