"""How late the machine's timers are meanwhile: a process on each processor that sleeps 5 ms again and again."""

import os
import signal
import time

from lab.namespace import die_with_parent

STEP = 0.005


class Lateness:
    def __enter__(self):
        self.watchers = []
        for processor in os.sched_getaffinity(0):
            mine, theirs = os.pipe()
            pid = os.fork()
            if pid == 0:
                die_with_parent()
                _watch(processor, theirs)
            os.close(theirs)
            self.watchers.append((pid, mine))
        return self

    def __exit__(self, *_):
        self.worst = 0.0
        for pid, pipe in self.watchers:
            os.kill(pid, signal.SIGTERM)
            text = os.read(pipe, 64)
            os.close(pipe)
            os.waitpid(pid, 0)
            self.worst = max(self.worst, float(text or 0))


def _watch(processor, pipe):
    try:
        os.sched_setaffinity(0, {processor})
        worst, ended = 0.0, []
        signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
        while not ended:
            due = time.monotonic() + STEP
            time.sleep(STEP)
            worst = max(worst, time.monotonic() - due)
        os.write(pipe, f"{worst:.6f}".encode())
    finally:
        os._exit(0)
