import Model

extension ScenarioDraft {
  /// Reports faults that would strike a detector itself: a process that is killed, stopped or without power observes
  /// nothing.
  func checkObserversOutlive(_ problems: inout Problems) {
    for entry in (timeline?.value ?? []).compactMap(\.value) {
      guard case .inject(let draft) = entry.action, let fault = draft.fault, let victim = fault.traits.silences?.side
      else {
        continue
      }
      let struck = (detectors ?? []).compactMap(\.value)
        .filter { $0.observers?.value.all.contains(victim) ?? false }.compactMap(\.name)
      guard !struck.isEmpty else { continue }
      problems.report(
        .contradiction, at: entry.position,
        "\(fault.kind.rawValue) strikes the \(victim.rawValue), from where \(listed(struck)) "
          + "\(struck.count == 1 ? "watches" : "watch")",
        expected: "detectors with observer: \(victim.peer.rawValue)"
          + (draft.host == nil ? "" : ", or host: \(victim.peer.rawValue)"))
    }
  }

  /// Reports a server that stops reading although no data is sent to it.
  func checkSlowReaderIsFed(_ problems: inout Problems) {
    guard let workload, workload.sender != .client, let detectors else { return }
    // A detector that could not be read may send data.
    let isFed = detectors.contains { located in
      guard let draft = located.value, case .settings(let settings)? = draft.settings else { return true }
      return settings.pinging?.transport == .tcp && draft.observers?.value != .server
    }
    guard !isFed else { return }
    for entry in (timeline?.value ?? []).compactMap(\.value) {
      guard case .inject(let draft) = entry.action, draft.kind.nature.pauses == .reading else { continue }
      problems.report(
        .contradiction, at: entry.position,
        "a \(draft.kind.rawValue) that gets no data, neither from the workload `\(workload.name)` nor from a detector",
        expected: "workload: {requests: {...}} or {trickle: {...}}, best with a `size` that fills the window")
    }
  }
}

/// `a, b and c`.
private func listed(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " and " + last
}
