import Model

extension Scenario {
  /// A hash of the scenario as read: FNV-1a (64 bit) of a canonical description, as `p` and 16 hexadecimal digits: with
  /// a letter in front, no spreadsheet takes it for a number.
  ///
  /// It leaves out what does not change any single measurement: the summary, the expectations, the number of trials and
  /// the order of the detectors. It also leaves out defaults of settings that were added later, so that old scenarios
  /// keep their hashes.
  public var planHash: String {
    "p" + FNV1a(canonical).hexadecimal
  }

  /// One line for each fact; no name holds a line break.
  private var canonical: String {
    var lines = ["flatline plan 1", "name \(name)"]
    lines.append("topology \(topology.path.rawValue) \(topology.family.rawValue) backup=\(topology.backup)")
    for (cable, impairment) in topology.impairments.sorted(by: { $0.key < $1.key }) {
      lines.append(
        "cable \(cable.rawValue) \(impairment.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: " "))")
    }
    lines.append("workload \(workload.spelled)")
    if clients != 1 { lines.append("clients \(clients)") }
    if failover != (topology.backup ? FailoverPolicy(target: .backup) : nil) {
      lines.append("failover \(failover?.canonical ?? "none")")
    }
    if acceptQueue != 128 { lines.append("accept queue \(acceptQueue)") }
    lines += detectors.sorted { $0.name < $1.name }.map(\.canonical)
    lines += timeline.entries.map(\.canonical)
    lines.append("measure \(measured.rawValue)")
    lines.append("observe \(observe.spelled)")
    return lines.joined(separator: "\n")
  }
}

extension Detector {
  fileprivate var canonical: String {
    var line = "detector \(mechanism.rawValue) \(settings.hashed) name=\(name)"
    if mode != .act { line += " mode=\(mode.rawValue)" }
    if observers != [.client] { line += " observers=\(observers.map(\.rawValue).joined(separator: "+"))" }
    return line
  }
}

extension FailoverPolicy {
  fileprivate var canonical: String {
    let attempts =
      switch retry {
      case .immediate: "immediate"
      // `Percentage` is not used, as it would change the hashes of published results.
      case .backoff(let initial, let longest, let jitter):
        "backoff initial=\(initial.spelled) longest=\(longest.spelled) jitter=\(jitter * 100)%"
      }
    return "\(target.rawValue) \(attempts) attemptTimeout=\(attemptTimeout.spelled)"
  }
}

extension TimelineEntry {
  /// More exact than `spelled`, which leaves out what the CSV has in other columns.
  fileprivate var canonical: String {
    switch action {
    case .heal(let kind): "at \(at.spelled) heal \(kind.rawValue)"
    case .inject(let fault, let repetition):
      "at \(at.spelled) inject \(fault.kind.rawValue) \(fault.traits.hashed) "
        + "every=\(repetition?.every.spelled ?? "") times=\(repetition?.times ?? 1)"
        + (duration.map { " for=\($0.spelled)" } ?? "")
    }
  }
}
