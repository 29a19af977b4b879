import LinuxNetwork
import Model

extension Scenario {
  /// What the machine must be able to do to run this.
  public var requirements: Set<Feature> {
    var features: Set<Feature> = [.networkNamespaces, .veth, .redirection, .socketDiagnosis]
    if topology.family == .ipv6 { features.formUnion(topology.path.hasRouter ? [.ipv6, .ipv6Forwarding] : [.ipv6]) }
    if topology.path == .nat { features.formUnion([.nftables, topology.family == .ipv4 ? .nat : .natIPv6]) }
    for impairment in topology.impairments.values { features.formUnion(impairment.requirements) }
    for detector in detectors {
      guard case .retransmission(let settings) = detector.settings else { continue }
      if settings.retries2 != nil { features.insert(.retries2) }
      if settings.rtoMax != nil { features.insert(.rtoMax) }
    }
    for case .inject(let fault, _) in timeline.entries.map(\.action) { features.formUnion(fault.requirements) }
    return features
  }

  /// Why this machine cannot run the scenario, with the remedy, a line each; empty if it can.
  ///
  /// - Parameters:
  ///   - machine: what can be done where it would run; on the virtual clock what the guest's kernel can.
  ///   - clock: what would time it.
  public func obstacles(on machine: FeatureReport, clock: Clock = .real) -> [String] {
    Feature.allCases.filter { requirements.contains($0) }.compactMap { feature in
      machine.missing[feature].map { "needs \(feature.rawValue): \($0)\n  remedy: \(feature.remedy)" }
    } + obstacles(to: clock)
  }

  /// Why this clock cannot time the scenario whatever the machine, with the remedy, a line each; empty if it can.
  ///
  /// On the virtual clock time passes only while everything waits: a process that spins stops it for ever.
  public func obstacles(to clock: Clock) -> [String] {
    guard clock == .virtual else { return [] }
    let faults = timeline.entries.compactMap { if case .inject(let fault, _) = $0.action { fault } else { nil } }
    let modes = faults.compactMap { if case .cpuSaturation(let mode) = $0, mode.spins { mode } else { nil } }
    return SaturationMode.allCases.filter { modes.contains($0) }.map { mode in
      "injects \(FaultKind.cpuSaturation.rawValue) with mode: \(mode.rawValue): virtual time never passes while a "
        + "process spins\n  remedy: \(mode.remedyOnVirtualClock)"
    }
  }
}

extension SaturationMode {
  /// What to write instead where nothing may spin.
  fileprivate var remedyOnVirtualClock: String {
    switch self {
    case .busyLoop: "mode: stall, to the client the same; or --clock real"
    case .worker: "mode: stall, which blocks the I/O thread too; or --clock real"
    case .starved: "mode: stall for a server that answers nobody, impair with a delay for a slow one; or --clock real"
    case .stall: "none is needed"
    }
  }
}

extension Fault {
  /// What it takes to inject this, beside a lab.
  fileprivate var requirements: Set<Feature> {
    switch self {
    case .blackhole: [.blackhole]
    case .impair(_, _, let impairment): impairment.requirements
    case .firewallDrop: [.nftables]
    case .firewallReject: [.nftables, .reject]
    case .natFlush, .natTimeout, .natRebind: [.nftables, .conntrack]
    case .cpuSaturation(.starved): [.cpuCgroup]
    case .cablePull, .interfaceDown, .routerRestart, .routerCrash, .processKill, .processStop, .hostCrash,
      .hostReboot, .cpuSaturation, .slowReader, .listenOverflow, .addressChange:
      []
    }
  }
}

extension Impairment {
  /// What does it: netem, or a token bucket for a bare rate.
  fileprivate var requirements: Set<Feature> {
    if needsNetem { return [.netem] }
    return rate == nil ? [] : [.tokenBucket]
  }
}
