"""Whether a row and the oracle's trial of the same moment agree."""


#: An instant that is known no better than this is worth saying.
LATE = 0.005


def differences(cell, row, truth):
    """What does not agree, as sentences; empty if all does."""
    if truth["outcome"] == "error":
        return [f"the oracle could not measure: {truth['why'].strip().splitlines()[-1]}"]
    if row.outcome == "error":
        return [f"Flatline could not measure: {row.reason}"]
    found = []
    if row.verdict != "confirmed":
        found.append(f"Flatline's fault was not confirmed: {row.verdict} {row.reason}")
    if row.outcome != truth["outcome"]:
        found.append(f"outcome {row.outcome}, true {truth['outcome']}")
    if row.signal != truth["signal"]:
        found.append(f"signal {row.signal or '-'}, true {truth['signal'] or '-'}")
    # Where Flatline knows no last segment, both count from the fault.
    heard = truth["heard"] if row.heard is not None else None
    message = row.fault_at and cell.first_message(row.fault_at, row.heard)
    mine = cell.compared(truth["detection"], heard, truth["fault_at"], message)
    theirs = cell.compared(row.detection, row.heard if heard is not None else None, row.fault_at, message)
    if mine is not None and theirs is not None and abs(mine - theirs) > cell.tolerance:
        found.append(f"time {theirs:.3f} s, true {mine:.3f} s, allowed apart {cell.tolerance:.3f} s")
    if found and (truth.get("uncertainty") or 0) > LATE:
        found.append(f"the oracle's own fault took {2 * truth['uncertainty']:.3f} s")
    return found
