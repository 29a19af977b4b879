"""How far two equal chains of kernel timers may lie apart, because they were armed at different jiffies.

The kernel keeps timers in a wheel (kernel/time/timer.c, calc_wheel_index): the farther away, the coarser, and always
rounded up. What follows is no prediction, only the width of that rounding.
"""

from lab.clock import HZ

LEVELS = 9


def granularity(jiffies):
    level = 0
    while level < LEVELS - 1 and jiffies >= 63 << 3 * level:
        level += 1
    return 1 << 3 * level


def _ends(armed, delays):
    at = armed
    for jiffies in delays:
        step = granularity(jiffies)
        at = ((at + jiffies) // step + 1) * step
    return at


def spread(*seconds):
    """The width, in seconds, over all jiffies at which a chain of timers of these lengths may be armed."""
    delays = [max(1, round(each * HZ)) for each in seconds]
    period = max(map(granularity, delays), default=1) * 8
    lengths = [_ends(armed, delays) - armed for armed in range(period)]
    return (max(lengths) - min(lengths)) / HZ
