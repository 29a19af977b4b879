import LinuxNetwork
import Model

extension Scenario {
  /// What the machine must be able to do to run this.
  public var requirements: Set<Feature> {
    var features: Set<Feature> = [.networkNamespaces, .veth, .redirection, .socketDiagnosis]
    for impairment in topology.impairments.values {
      if impairment.needsNetem {
        features.insert(.netem)
      } else if impairment.rate != nil {
        features.insert(.tokenBucket)
      }
    }
    for case .inject(let fault, _) in timeline.entries.map(\.action) {
      switch fault {
      case .blackhole: features.insert(.blackhole)
      case .cablePull, .routerRestart, .cpuSaturation: break
      }
    }
    return features
  }

  /// Why this machine cannot run the scenario, with the remedy, a line each; empty if it can.
  public func obstacles(on machine: FeatureReport) -> [String] {
    Feature.allCases.filter { requirements.contains($0) }.compactMap { feature in
      machine.missing[feature].map { "needs \(feature.rawValue): \($0)\n  remedy: \(feature.remedy)" }
    }
  }
}
