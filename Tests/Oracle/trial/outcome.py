"""What a trial came to, by what was seen: never by what a model says."""


def outcome(trial, declared, works):
    """`declared`: when the observer gave its peer up, or None; `works`: whether the connection served a question at the end.

    - declared while a fault held, or of a connection lost for good: detected; while the peer was alive and reachable:
      false-alarm; after the heal of what could have recovered: late
    - not declared: the connection works: survived if something was healed, unaffected if nothing needed to be; it does
      not: missed
    """
    begun = [span for span in trial.spans if declared is None or span.start <= declared]
    if declared is None:
        if not works:
            return "missed"
        return "survived" if any(span.end for span in begun) else "unaffected"
    if trial.t0 is None or declared < trial.t0 - trial.uncertainty:
        return "false-alarm"
    if any(span.fault.fatal for span in begun):
        return "detected"
    lasting = [span for span in begun if span.end is None or declared <= span.end]
    if any(not span.fault.harmless for span in lasting):
        return "detected"
    if any(not span.fault.harmless for span in begun):
        return "late"
    return "false-alarm"
