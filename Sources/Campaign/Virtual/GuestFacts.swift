import LinuxNetwork
import Model
import UserModeKernel

/// What a guest's machine is and what it lacks: found out in it, and needed before anything is measured.
public struct GuestFacts: Sendable {
  public let release: String
  public let hz: Int
  public let features: FeatureReport

  public init(release: String, hz: Int, features: FeatureReport = FeatureReport(missing: [:])) {
    self.release = release
    self.hz = hz
    self.features = features
  }

  /// Probes the machine that this runs on.
  static func ofThisMachine() throws -> GuestFacts {
    let kernel = try KernelFacts.ofThisMachine()
    return GuestFacts(release: kernel.release, hz: kernel.timers.hz, features: .probe())
  }

  init(text: String) throws(CampaignError) {
    var facts: [Substring: Substring] = [:]
    var missing: [Feature: String] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: "\t", maxSplits: 1)
      guard words.count == 2 else { continue }
      if let feature = Feature(rawValue: String(words[0])) { missing[feature] = String(words[1]) }
      facts[words[0]] = words[1]
    }
    guard let release = facts["release"], let hz = facts["HZ"].flatMap({ Int($0) }) else {
      throw CampaignError(.unsupported, stage: "read what the guest found", "it did not name its kernel: \(text)")
    }
    self.init(release: String(release), hz: hz, features: FeatureReport(missing: missing))
  }

  /// A line for each fact, name and value parted by a tab.
  var text: String {
    let missing = Feature.allCases.compactMap { feature in
      features.missing[feature].map { "\(feature.rawValue)\t\($0.split(separator: "\n").joined(separator: " "))\n" }
    }
    return "release\t\(release)\nHZ\t\(hz)\n" + missing.joined()
  }
}

extension GuestFacts {
  /// The facts of a kernel: as kept beside it by an earlier run of the same version of this program, or else by booting
  /// it once.
  ///
  /// - Throws: why the kernel does not boot here, with its last words.
  public static func known(of kernel: BuiltKernel, version: String, means: GuestMeans) async throws -> GuestFacts {
    // A new feature is a new question.
    let kept = "\(kernel.directory)/facts-\(version)-\(Feature.allCases.count)"
    if let text = try? GuestDirectory.text(of: kept), let facts = try? GuestFacts(text: text) { return facts }
    let facts = try await found(by: means)
    // A cache that cannot be written only costs the next run its boot.
    try? GuestDirectory.write(facts.text, to: kept)
    return facts
  }

  /// The facts of the kernel that `means` names, found by booting it.
  ///
  /// - Throws: why the kernel does not boot here, with its last words.
  public static func found(by means: GuestMeans) async throws -> GuestFacts {
    var text = ""
    let directory = GuestDirectory(path: "\(means.workDirectory)/probe-00000")
    let failure = try await means.boot(
      .probe, in: directory, processor: nil, finish: { text = (try? GuestDirectory.text(of: $0.facts)) ?? "" })
    if let failure {
      throw CampaignError(
        .unsupported, stage: "boot the user-mode kernel", "\(failure)\n  remedy: flatline doctor tells what is missing")
    }
    return try GuestFacts(text: text)
  }
}
