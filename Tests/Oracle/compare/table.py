"""What is printed."""

from statistics import median


def spelled(values):
    values = [value for value in values if value is not None]
    if not values:
        return "-"
    return f"{median(values):.3f} ({min(values):.3f}..{max(values):.3f})"


def counted(values):
    """`3 detected, 1 late`."""
    order = dict.fromkeys(values)
    if len(order) == 1:
        return str(values[0] or "-")
    return ", ".join(f"{values.count(value)} {value or '-'}" for value in order)


def side(cell, outcomes, signals, times):
    return [counted(outcomes), counted(signals), spelled(times)]


def truth_columns(cell, truths, rows=()):
    """With rows, each counted from the same message as its row."""
    messages = [row.fault_at and cell.first_message(row.fault_at, row.heard) for row in rows] or [None] * len(truths)
    return side(
        cell, [truth["outcome"] for truth in truths], [truth.get("signal") for truth in truths],
        [cell.compared(truth.get("detection"), truth.get("heard"), truth.get("fault_at"), message)
         for truth, message in zip(truths, messages)])


def row_columns(cell, rows):
    return side(
        cell, [row.outcome for row in rows], [row.signal for row in rows],
        [cell.compared(row.detection, row.heard, row.fault_at) for row in rows])


def layout(head, lines):
    widths = [max(len(line[column]) for line in [head, *lines]) for column in range(len(head))]
    rows = ["  ".join(text.ljust(width) for text, width in zip(line, widths)) for line in [head, *lines]]
    return "\n".join(row.rstrip() for row in rows)
