"""What no scenario says in this version: measured all the same, and listed as not expressible."""

from lab.clock import now
from lab.tools import PreparedRules, nft
from .cell import FAULT, Cell

WALL = "table ip wall {{ chain through {{ type filter hook forward priority 10; {}; }}; }}\n"
DROP, REJECT = WALL.format("drop"), WALL.format("reject with icmp type host-unreachable")


def close_in_flight(trial):
    """close() with data that nobody acknowledges: until the closing side's kernel lets go."""
    trial.open()
    wall = PreparedRules(trial.network.hosts["router"], DROP)
    wall.apply()
    trial.t0 = now()
    trial.processes["client"].order("close-with-data")
    closed = trial.wait_for("client", "closed", now() + 2)["at"]
    while trial.network.has_connection("client", trial.port):
        trial.turn(now() + 0.05)
    return {"outcome": "gone", "signal": None, "detection": now() - closed, "heard": None, "fault_at": None}


def connect_refused(blocking):
    def perform(trial):
        nft(trial.network.hosts["router"], REJECT)
        trial.t0 = now()
        trial.processes["client"].order("attempt", blocking=blocking)
        said = trial.wait_for("client", "attempted", now() + 10)
        return {"outcome": "detected", "signal": said["signal"], "detection": said["took"], "heard": None, "fault_at": None}

    return perform


CELLS = [
    Cell(
        "close-with-data-in-flight", detector="none", meets=FAULT, timeline=[{"at": "1s", "inject": "firewall-drop"}],
        observe="130s", trials=2, long=True, perform=close_in_flight,
        unexpressible="a scenario's rows are about whoever watches, not about the side that closes"),
    Cell(
        "connect-refused-blocking", detector="none", meets=FAULT, timeline=[{"at": "1s", "inject": "firewall-reject"}],
        observe="5s", perform=connect_refused(True), unexpressible="checks by connecting are non-blocking"),
    Cell(
        "connect-refused-non-blocking", detector="none", meets=FAULT, timeline=[{"at": "1s", "inject": "firewall-reject"}],
        observe="5s", perform=connect_refused(False), unexpressible="a row tells when a check failed, not how long it took"),
]
