"""Routers that translate addresses, and forget."""

from .cell import MESSAGE, Cell, keepalive

RESET = {"path": "nat", "unknown": "reset"}
NAT = {"path": "nat"}
PUSH = {"push": {"every": "1s"}}

CELLS = [
    Cell(
        "nat-flush-stealthy", detector=keepalive(1, 1, 3), topology=NAT, timers=[1], short=2,
        timeline=[{"at": "2s", "inject": "nat-flush", "loose": False}], observe="7s"),
    Cell(
        "nat-flush-loose", detector=keepalive(1, 1, 3), topology=NAT, timeline=[{"at": "2s", "inject": "nat-flush"}],
        observe="7s"),
    # The router's own TCP answers the push for a connection that it does not have.
    Cell(
        "nat-flush-reset-server", detector={"none": {"observer": "server"}}, topology=RESET, workload=PUSH, meets=MESSAGE,
        timeline=[{"at": "2s", "inject": "nat-flush"}], observe="5s", short=2),
    Cell(
        "nat-flush-reset-client", detector=keepalive(5, 2, 3), topology=RESET, workload=PUSH, timers=[5],
        timeline=[{"at": "2s", "inject": "nat-flush"}], observe="10s"),
    # A probe of either side keeps the entry.
    Cell(
        "nat-timeout-server-keepalive", detector=keepalive(2, 1, 3, observer="server"), topology=NAT, trials=3,
        timeline=[{"at": "6s", "inject": "nat-timeout", "after": "4s"}], observe="16s"),
    Cell(
        "nat-timeout-client-keepalive", detector=keepalive(5, 1, 3), topology=NAT, trials=3, timers=[5],
        timeline=[{"at": "2s", "inject": "nat-timeout", "after": "3s"}], observe="12s"),
]
