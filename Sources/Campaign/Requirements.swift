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
  public func obstacles(on machine: FeatureReport) -> [String] {
    Feature.allCases.filter { requirements.contains($0) }.compactMap { feature in
      machine.missing[feature].map { "needs \(feature.rawValue): \($0)\n  remedy: \(feature.remedy)" }
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
