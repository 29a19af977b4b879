import Model

extension Scenario {
  /// A hash of the scenario as understood: FNV-1a (64 bit) of a canonical description, as 16 hexadecimal digits.
  ///
  /// Left out is what does not change any single measurement: the summary, the expectations, the number of trials
  /// and the order of the detectors.
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
    for detector in detectors.sorted(by: { $0.name < $1.name }) {
      lines.append("detector \(detector.mechanism.rawValue) \(detector.settings.spelled) name=\(detector.name)")
    }
    lines += timeline.entries.map(\.canonical)
    lines.append("measure \(measured.rawValue)")
    lines.append("observe \(observe.spelled)")
    return lines.joined(separator: "\n")
  }
}

extension Impairment {
  fileprivate var canonical: String {
    "delay=\(delay?.spelled ?? "") jitter=\(jitter?.spelled ?? "") loss=\(loss.map { "\($0)" } ?? "") "
      + "rate=\(rate.map { "\($0)" } ?? "")"
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
    }
  }
}

extension Fault {
  fileprivate var canonicalParameters: String {
    switch self {
    case .cablePull(let cable): "cable=\(cable.rawValue)"
    case .blackhole(let cable, let direction): "cable=\(cable.rawValue) direction=\(direction.rawValue)"
    case .routerRestart(let downtime): "downtime=\(downtime.spelled)"
    case .cpuSaturation(let mode): "mode=\(mode.rawValue)"
    }
  }
}
