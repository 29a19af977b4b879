import Model

extension Scenario {
  /// A hash of the scenario as understood: FNV-1a (64 bit) of a canonical description, as 16 hexadecimal digits.
  ///
  /// Left out is what does not change any single measurement: the summary, the expectations, the number of trials
  /// and the order of the detectors. What is standard and was not always a setting is left out too, so that old scenarios
  /// keep their hashes.
  public var planHash: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in canonical.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// One line for each fact; no name holds a line break.
  private var canonical: String {
    var lines = ["flatline plan 1", "name \(name)"]
    lines.append("topology \(topology.path.rawValue) \(topology.family.rawValue) backup=\(topology.backup)")
    for (cable, impairment) in topology.impairments.sorted(by: { $0.key < $1.key }) {
      lines.append("cable \(cable.rawValue) \(impairment.canonical)")
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
    var line = "detector \(mechanism.rawValue) \(settings.spelled) name=\(name)"
    if mode != .act { line += " mode=\(mode.rawValue)" }
    if observers != [.client] { line += " observers=\(observers.map(\.rawValue).joined(separator: "+"))" }
    return line
  }
}

extension FailoverPolicy {
  fileprivate var canonical: String { "\(spelled) attemptTimeout=\(attemptTimeout.spelled)" }
}

extension Impairment {
  fileprivate var canonical: String {
    let first =
      "delay=\(delay?.spelled ?? "") jitter=\(jitter?.spelled ?? "") loss=\(loss.map { "\($0)" } ?? "") "
      + "rate=\(rate.map { "\($0)" } ?? "")"
    let others = [
      distribution.map { "distribution=\($0.rawValue)" }, delayCorrelation.map { "delayCorrelation=\($0)" },
      lossCorrelation.map { "lossCorrelation=\($0)" },
      gilbertElliott.map {
        "gilbertElliott=\($0.toBad)/\($0.toGood)/\($0.lossInBad)/\($0.lossInGood)"
      },
      duplicate.map { "duplicate=\($0)" }, reorder.map { "reorder=\($0)" }, corrupt.map { "corrupt=\($0)" },
    ]
    return ([first] + others.compactMap { $0 }).joined(separator: " ")
  }
}

extension TimelineEntry {
  /// More exact than `spelled`, which leaves out what the CSV has elsewhere.
  fileprivate var canonical: String {
    switch action {
    case .heal(let kind): "at \(at.spelled) heal \(kind.rawValue)"
    case .inject(let fault, let repetition):
      "at \(at.spelled) inject \(fault.kind.rawValue) \(fault.canonicalParameters) "
        + "every=\(repetition?.every.spelled ?? "") times=\(repetition?.times ?? 1)"
        + (duration.map { " for=\($0.spelled)" } ?? "")
    }
  }
}

extension Fault {
  fileprivate var canonicalParameters: String {
    switch self {
    case .cablePull(let cable): "cable=\(cable.rawValue)"
    case .blackhole(let cable, let direction): "cable=\(cable.rawValue) direction=\(direction.rawValue)"
    case .impair(let cable, let direction, let impairment):
      "cable=\(cable.rawValue) direction=\(direction.rawValue) \(impairment.canonical)"
    case .hostReboot(let host, let downtime): "host=\(host.rawValue) downtime=\(downtime.spelled)"
    case .routerRestart(let downtime): "downtime=\(downtime.spelled)"
    case .cpuSaturation(let mode): "mode=\(mode.rawValue)"
    default: target
    }
  }
}
