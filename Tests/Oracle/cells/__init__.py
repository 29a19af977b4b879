"""What is measured, by subject."""

from . import connect, keepalive, nat, outage, path, pending, power, process, reject, unexpressed, window

SUBJECTS = (keepalive, pending, window, outage, process, power, path, nat, reject, connect, unexpressed)
ALL = [cell for subject in SUBJECTS for cell in subject.CELLS]
