"""connect() into silence, refusal and a full queue."""

from .cell import MESSAGE, Cell

DROP = [{"at": "2s", "inject": "firewall-drop"}]


def connect(**settings):
    return {"connect": {"interval": "1s", **settings}}


CELLS = [
    Cell(
        "syn-retries-1", detector=connect(synRetries=1), meets=MESSAGE, timers=[1, 1], timeline=DROP, observe="8s", short=2),
    Cell(
        "syn-retries-2", detector=connect(synRetries=2), meets=MESSAGE, timers=[1, 1, 1, 1, 1], timeline=DROP,
        observe="12s"),
    Cell(
        "syn-retries-3", detector=connect(synRetries=3), meets=MESSAGE, timers=[1, 1, 1, 1, 1, 2, 4, 8], timeline=DROP,
        observe="24s", trials=3),
    Cell(
        "syn-default", detector=connect(), meets=MESSAGE, timers=[1, 1, 1, 1, 1, 2, 4, 8, 16, 32, 64], timeline=DROP,
        observe="150s", trials=2, long=True),
    Cell(
        "syn-reject", detector=connect(), meets=MESSAGE, timers=[1],
        timeline=[{"at": "2s", "inject": "firewall-reject", "with": "host-unreachable"}], observe="7s", short=2),
    Cell(
        "syn-reset", detector=connect(), meets=MESSAGE, timeline=[{"at": "2s", "inject": "firewall-reject"}], observe="5s"),
    # A stopped server's kernel still answers, until its accept queue is full of checks that nobody takes out.
    Cell(
        "syn-fills-queue", detector=connect(timeout="2s"), meets=MESSAGE, acceptQueue=4, trials=3,
        timeline=[{"at": "2s", "inject": "process-stop"}], observe="14s"),
]
