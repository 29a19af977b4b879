"""Data in flight: the retransmission timer rules."""

from .cell import FAULT, MESSAGE, REQUESTS, Cell, keepalive

DROP = [{"at": "2s", "inject": "firewall-drop"}]

CELLS = [
    Cell(
        "pending-user-timeout", detector={"user-timeout": {"timeout": "3s"}}, workload=REQUESTS, meets=MESSAGE,
        timers=[0.2, 0.2, 0.4, 0.8, 1.6], timeline=DROP, observe="8s", short=3),
    Cell(
        "pending-keepalive-user-timeout", detector=keepalive(1, 1, 2, userTimeout="2s"), workload=REQUESTS, meets=MESSAGE,
        timers=[0.2, 0.2, 0.4, 0.8, 0.8], timeline=DROP, observe="8s"),
    # A time budget, not a count, which is looked at when a retransmission is due. With 3 and 4 the last one is due within
    # some ms of it, so that a round trip that took 10 ms once decides; 2 and 5 are far from that.
    Cell(
        "pending-retries2-2", detector={"retransmission": {"retries2": 2}}, workload=REQUESTS, meets=MESSAGE,
        timers=[0.2, 0.2, 0.4, 0.8, 1.6], timeline=[{"at": "2s", "inject": "blackhole", "cable": "server"}],
        observe="7s", short=2),
    Cell(
        "pending-retries2-5", detector={"retransmission": {"retries2": 5}}, workload=REQUESTS, meets=MESSAGE,
        timers=[0.2, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4], timeline=DROP, observe="17s"),
    Cell(
        "pending-default", detector="none", workload=REQUESTS, meets=MESSAGE,
        timers=[0.2, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 120], timeline=DROP, observe="1000s", trials=2, long=True),
    # The probes give way to retransmissions.
    Cell(
        "pending-keepalive", detector=keepalive(1, 1, 2), workload=REQUESTS, meets=FAULT, timeline=DROP, observe="10s"),
]
