"""TCP keepalive on an idle connection behind silence."""

from .cell import Cell, keepalive

CELLS = [
    Cell(
        "keepalive-5-2-3", detector=keepalive(5, 2, 3), timers=[5],
        timeline=[{"at": "1s", "inject": "firewall-drop"}], observe="13s"),
    Cell(
        "keepalive-1-1-3", detector=keepalive(1, 1, 3), timers=[1], short=3,
        timeline=[{"at": "2s", "inject": "blackhole", "cable": "server"}], observe="7s"),
    # The probes' number is ignored; the first firing with an unanswered probe and the time over ends it.
    Cell(
        "keepalive-user-timeout-below-idle", detector=keepalive(5, 2, 3, userTimeout="3s"), timers=[5],
        timeline=[{"at": "1s", "inject": "firewall-drop"}], observe="10s"),
    Cell(
        "keepalive-user-timeout-below-idle-short", detector=keepalive(2, 1, 3, userTimeout="1s"), timers=[2], short=2,
        timeline=[{"at": "1s", "inject": "firewall-drop"}], observe="5s"),
    # One probe is lost, the path is healed, and the next firing still ends it.
    Cell(
        "lost-probe-user-timeout", detector=keepalive(5, 2, 3, userTimeout="4s"), timers=[5], trials=8,
        timeline=[{"at": "3500ms", "inject": "firewall-drop", "for": "3s"}], observe="16s"),
    Cell(
        "lost-probe", detector=keepalive(5, 2, 3), timers=[5],
        timeline=[{"at": "3500ms", "inject": "firewall-drop", "for": "3s"}], observe="12s"),
    Cell(
        "lost-probe-user-timeout-short", detector=keepalive(2, 1, 3, userTimeout="1500ms"), timers=[2], short=4,
        timeline=[{"at": "1200ms", "inject": "firewall-drop", "for": "1s"}], observe="5s"),
]
