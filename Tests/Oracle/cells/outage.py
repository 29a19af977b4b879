"""A server that is killed while the path is down: what its client gets when the path is back."""

from .cell import FAULT, Cell, keepalive


def kill_inside(outage):
    return [
        {"at": "3s", "inject": "firewall-drop", "for": outage},
        {"at": "3500ms", "inject": "process-kill", "host": "server"}]


CELLS = [
    # The kernel repeats the FIN for about 107 s; the first repetition after the outage is heard.
    Cell(
        "kill-inside-5s-outage", detector="none", meets=FAULT, timers=[0.2, 0.2, 0.4, 0.8, 1.6, 3.2],
        timeline=kill_inside("5s"), measure="process-kill", observe="12s"),
    Cell(
        "kill-inside-2500ms-outage", detector="none", meets=FAULT, timers=[0.2, 0.2, 0.4, 0.8, 1.6],
        timeline=kill_inside("2500ms"), measure="process-kill", observe="9s", short=2),
    Cell(
        "kill-inside-700ms-outage", detector="none", meets=FAULT, timers=[0.2, 0.2],
        timeline=kill_inside("700ms"), measure="process-kill", observe="8s"),
    Cell(
        "kill-inside-2500ms-outage-keepalive", detector=keepalive(2, 1, 2), meets=FAULT, timers=[2, 0.2, 0.2, 0.4, 0.8, 1.6],
        timeline=kill_inside("2500ms"), measure="process-kill", observe="9s"),
]
