import Campaign
import LinuxNetwork
import LinuxSystem
import Model

/// What `flatline doctor` found.
struct Examination {
  let facts: [Fact]
  let checks: [Check]

  /// A fact that is neither good nor bad.
  struct Fact {
    let name, value: String
  }

  /// Something that Flatline uses.
  struct Check {
    let name: String
    let available: Bool
    /// Without it nothing can be measured at all.
    let essential: Bool
    /// The kernel's reason; nil if it is available.
    let reason: String?
    let disables: String
    let remedy: String
  }

  /// Whether a plain scenario can run here.
  var canMeasure: Bool { checks.allSatisfy { $0.available || !$0.essential } }

  /// Whether a scenario on the virtual clock can run, which needs none of the rest.
  var virtualClockWorks: Bool {
    checks.filter { $0.name.hasPrefix(Self.virtualClockPrefix) }.allSatisfy(\.available)
  }

  static let virtualClockPrefix = "virtual clock: "

  static func make(privilege: Privilege) async -> Examination {
    let features = FeatureReport.probe()
    let essential: Set<Feature> = [.networkNamespaces, .veth, .redirection, .socketDiagnosis]
    // If a resource has run out, nothing is known about the other features.
    var checks = (features.shortage == nil ? Feature.allCases : []).map { feature in
      Check(
        name: feature.rawValue, available: features.has(feature), essential: essential.contains(feature),
        reason: features.missing[feature], disables: feature.disables, remedy: feature.remedy)
    }
    if case .none(let error) = privilege {
      checks.insert(
        Check(
          name: "privilege", available: false, essential: true, reason: "\(error)", disables: "runs on the real clock",
          remedy: Feature.networkNamespaces.remedy), at: 0)
    }
    checks += [resources(features), endpoint, sysctls, exactPredictions]
    checks += await virtualClock()
    return Examination(facts: facts(privilege), checks: checks)
  }

  private static func facts(_ privilege: Privilege) -> [Fact] {
    let descriptors = (try? CurrentProcess.raiseDescriptorLimit()).map { "\($0)" } ?? "unknown"
    return [
      Fact(name: "kernel", value: CurrentProcess.kernelRelease()),
      Fact(name: "HZ", value: "\(Clocks.kernelHZ())"),
      Fact(name: "processors", value: "\(CurrentProcess.processors)"),
      Fact(name: "privilege", value: privilege.described),
      Fact(name: "open descriptors", value: descriptors),
      Fact(name: "measurements at a time", value: "\(Capacity.ofThisMachine().limit) at most"),
      Fact(name: "left by killed runs", value: Leftovers.remove().described),
    ]
  }

  /// Whether there are enough resources for one measurement.
  private static func resources(_ features: FeatureReport) -> Check {
    let shortage = Capacity.ofThisMachine().shortage ?? features.shortage
    return Check(
      name: "descriptors, threads", available: shortage == nil, essential: true,
      reason: shortage?.split(separator: "\n").first.map(String.init), disables: "every run",
      remedy: "raise the limit: ulimit -n for descriptors; ulimit -u, or a cgroup's pids.max, for processes and threads"
    )
  }

  private static var endpoint: Check {
    let path = EndpointExecutable.path
    return Check(
      name: "flatline-endpoint", available: EndpointExecutable.isThere, essential: true,
      reason: EndpointExecutable.isThere ? nil : "\(path) is not an executable file", disables: "every run",
      remedy: "build or install it beside flatline: make build, or make install")
  }

  private static var sysctls: Check {
    let written = try? DedicatedThread.runBlocking {
      let namespace = try NetworkNamespace()
      defer { withExtendedLifetime(namespace) {} }
      return Sysctl("net/ipv4/tcp_no_metrics_save", "1").writeIfPossible()
    }
    return Check(
      name: "sysctl writes", available: written == true, essential: false,
      reason: written == true ? nil : "/proc/sys/net is not writable",
      disables: "pinning tcp_no_metrics_save (a backup's first RTO may come from the server's) and tcp_orphan_retries "
        + "(a lab whose runner was killed may linger for minutes)",
      remedy: "mount /proc read-write (containers mount /proc/sys read-only unless privileged)")
  }

  private static var exactPredictions: Check {
    let offset = (try? KernelFacts.ofThisMachine())?.timers.jiffiesOffset
    return Check(
      name: "/proc/timer_list", available: offset != nil, essential: false,
      reason: offset == nil ? "not readable, or not there" : nil,
      disables: "predictions exact to a tick: they are ranges instead",
      remedy: "run as root, on a kernel with /proc/timer_list")
  }
}
