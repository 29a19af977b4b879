import Model

extension ScenarioDraft {
  /// Reports names that occur twice and request timeouts without requests; nil if a detector is wrong.
  func checkedDetectors(_ problems: inout Problems) -> [Detector]? {
    guard let drafts = detectors else { return nil }
    var taken: [String: Position] = [:]
    var result: [Detector] = []
    for located in drafts {
      guard let draft = located.value else { continue }
      if let name = draft.name {
        if let first = taken[name] {
          reportTaken(name, draft, at: located.position, first: first, &problems)
        } else {
          taken[name] = draft.namePosition ?? located.position
        }
      }
      if let observers = draft.observers, observers.value != .client, let clients, clients > 1 {
        problems.report(
          .contradiction, at: observers.position, "a server that watches \(clients) clients",
          expected: "observer: client, or clients: 1")
      }
      guard let settings = settings(of: draft, at: located.position, &problems), let name = draft.name,
        let mode = draft.mode, let observers = draft.observers
      else { continue }
      result.append(Detector(name: name, settings: settings, mode: mode, observers: observers.value.all))
    }
    return result.count == drafts.count ? result : nil
  }

  private func reportTaken(
    _ name: String, _ draft: DetectorDraft, at position: Position, first: Position, _ problems: inout Problems
  ) {
    if draft.isNamed {
      problems.report(
        .duplicateName, at: draft.namePosition ?? position,
        "the name `\(name)` is taken by the detector at line \(first.line)",
        expected: "a name of its own for each detector")
    } else {
      problems.report(
        .duplicateName, at: position, "`\(name)` occurs again (first at line \(first.line)) and needs a `name`",
        expected: "a name of its own for each detector")
    }
  }

  private func settings(
    of draft: DetectorDraft, at position: Position, _ problems: inout Problems
  ) -> DetectorSettings? {
    switch draft.settings {
    case .settings(let settings): return settings
    case .requestTimeout(let timeout):
      switch workload {
      case nil: return nil
      case .idle, .push, .trickle:
        problems.report(
          .contradiction, at: position, "`\(draft.mechanism.rawValue)` without requests that could time out",
          expected: "workload: {requests: {every: ..., timeout: ...}}")
        return nil
      case .requests(_, let usual, _): return .requestTimeout(RequestTimeoutSettings(timeout: timeout ?? usual))
      }
    case nil: return nil
    }
  }
}
