import Campaign
import LinuxNetwork
import Model
import Testing

@Suite("Requirements")
struct RequirementsTests {
  private let base: Set<Feature> = [.networkNamespaces, .veth, .redirection, .socketDiagnosis]

  private func scenario(
    _ fault: Fault = .cablePull(cable: .server), _ topology: Topology = Topology(), _ detector: Detector? = nil
  ) -> Scenario {
    Scenario(
      name: "s", topology: topology, detectors: detector.map { [$0] } ?? [],
      timeline: Timeline(entries: [TimelineEntry(at: .seconds(1), action: .inject(fault, repetition: nil))]),
      measured: fault.kind, observe: .seconds(2))
  }

  @Test("a fault needs what does it, and no more")
  func faults() {
    for (fault, features) in [
      (.cablePull(cable: .server), []), (.blackhole(cable: .server, direction: .both), [.blackhole]),
      (.impair(cable: .server, direction: .both, Impairment(rate: 1000)), [.tokenBucket]),
      (.impair(cable: .server, direction: .both, Impairment(loss: 0.1, rate: 1000)), [.netem]),
      (.firewallDrop(direction: .both), [.nftables]), (.firewallReject(with: .tcpReset), [.nftables, .reject]),
      (.natFlush(loose: true), [.nftables, .conntrack]), (.cpuSaturation(mode: .starved), [.cpuCgroup]),
      (.cpuSaturation(mode: .busyLoop), []), (.hostCrash(host: .server), []), (.addressChange, []),
    ] as [(Fault, Set<Feature>)] {
      #expect(scenario(fault).requirements == base.union(features), "\(fault)")
    }
  }

  @Test("so do paths, families, impairments and mechanisms")
  func topologies() {
    let fault = Fault.cablePull(cable: .server)
    func expect(_ features: Set<Feature>, of topology: Topology) {
      #expect(scenario(fault, topology).requirements == base.union(features), "\(topology)")
    }
    expect([.nftables, .nat], of: Topology(path: .nat))
    expect([.ipv6], of: Topology(path: .direct, family: .ipv6))
    expect([.ipv6, .ipv6Forwarding], of: Topology(family: .ipv6))
    expect([.nftables, .natIPv6, .ipv6, .ipv6Forwarding], of: Topology(path: .nat, family: .ipv6))
    expect([.netem], of: Topology(impairments: [.client: Impairment(delay: .milliseconds(1))]))
    let detector = Detector(
      name: "r", settings: .retransmission(RetransmissionSettings(retries2: nil, rtoMax: .seconds(1))))
    #expect(scenario(fault, Topology(), detector).requirements == base.union([.rtoMax]))
  }

  @Test("what is missing is refused with its reason and remedy")
  func obstacles() {
    let machine = FeatureReport(missing: [.netem: "Specified qdisc kind is unknown", .nat: "no"])
    let lossy = scenario(.impair(cable: .server, direction: .both, Impairment(loss: 1)))
    #expect(lossy.obstacles(on: machine).count == 1)
    #expect(lossy.obstacles(on: machine).first?.contains("modprobe -a sch_netem") == true)
    #expect(scenario().obstacles(on: machine).isEmpty)
  }

  @Test("what spins is refused on the virtual clock, with another mode as the remedy, and nothing else is")
  func spinning() {
    let machine = FeatureReport(missing: [:])
    for mode in SaturationMode.allCases {
      let saturated = scenario(.cpuSaturation(mode: mode))
      #expect(saturated.obstacles(on: machine).isEmpty, "\(mode)")
      let obstacles = saturated.obstacles(on: machine, clock: .virtual)
      if mode == .stall {
        #expect(obstacles.isEmpty)
      } else {
        #expect(obstacles.count == 1, "\(mode)")
        #expect(obstacles.first?.contains("mode: \(mode.rawValue): virtual time never passes") == true)
        #expect(obstacles.first?.contains("remedy: mode: stall") == true)
      }
    }
    for fault in [.processStop(host: .server), .slowReader, .cablePull(cable: .server)] as [Fault] {
      #expect(scenario(fault).obstacles(to: .virtual).isEmpty, "\(fault)")
    }
  }

  @Test("on the virtual clock, too, what is missing is refused, and with it what spins")
  func obstaclesOfBothKinds() {
    let machine = FeatureReport(missing: [.cpuCgroup: "no such directory"])
    #expect(scenario(.cpuSaturation(mode: .starved)).obstacles(on: machine, clock: .virtual).count == 2)
  }
}
