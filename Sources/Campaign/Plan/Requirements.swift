import LinuxNetwork
import Model

extension Scenario {
  /// What the machine must support to run this.
  public var requirements: Set<Feature> {
    var features: Set<Feature> = [.networkNamespaces, .veth, .redirection, .socketDiagnosis]
    if topology.family == .ipv6 { features.formUnion(topology.path.hasRouter ? [.ipv6, .ipv6Forwarding] : [.ipv6]) }
    if topology.path == .nat { features.formUnion([.nftables, topology.family == .ipv4 ? .nat : .natIPv6]) }
    for impairment in topology.impairments.values { features.formUnion(impairment.requires.map(\.feature)) }
    for detector in detectors {
      guard let settings = detector.settings.traits.kernelLimits else { continue }
      if settings.retries2 != nil { features.insert(.retries2) }
      if settings.rtoMax != nil { features.insert(.rtoMax) }
    }
    for fault in timeline.faults { features.formUnion(fault.traits.requires.map(\.feature)) }
    return features
  }

  /// Why this machine cannot run the scenario, with the remedy, a line each; empty if it can.
  ///
  /// - Parameters:
  ///   - machine: what the machine that would run it supports; on the virtual clock, what the guest's kernel supports.
  ///   - clock: the clock that would time it.
  public func obstacles(on machine: FeatureReport, clock: Clock = .real) -> [String] {
    Feature.allCases.filter { requirements.contains($0) }.compactMap { feature in
      machine.missing[feature].map { "needs \(feature.rawValue): \($0)\n  remedy: \(feature.remedy)" }
    } + obstacles(to: clock)
  }

  /// Why this clock cannot time the scenario on any machine, with the remedy, a line each; empty if it can.
  ///
  /// On the virtual clock, time passes only while everything waits: a spinning process stops it forever.
  public func obstacles(to clock: Clock) -> [String] {
    guard clock == .virtual else { return [] }
    var obstacles: [String] = []
    for fault in timeline.faults {
      let traits = fault.traits
      guard case .spins(let remedy) = traits.disturbs else { continue }
      let parameters = traits.parameters.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
      let obstacle =
        "injects \(fault.kind.rawValue)\(parameters.isEmpty ? "" : " with \(parameters)"): virtual time never passes "
        + "while a process spins\n  remedy: \(remedy)"
      if !obstacles.contains(obstacle) { obstacles.append(obstacle) }
    }
    return obstacles
  }
}

extension FaultRequirement {
  /// The features that the machine is tested for.
  fileprivate var feature: Feature {
    switch self {
    case .blackhole: .blackhole
    case .netem: .netem
    case .tokenBucket: .tokenBucket
    case .nftables: .nftables
    case .reject: .reject
    case .conntrack: .conntrack
    case .cpuCgroup: .cpuCgroup
    }
  }
}
