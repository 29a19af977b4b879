import LinuxNetwork
import LinuxSystem
import Model
import UserModeKernel

/// What a guest's machine has and lacks: tested inside it, and needed before anything is measured.
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
    do throws(MalformedLine) {
      var facts = try KeyValueReader(document: text, title: "what the guest found")
      release = try facts.text("release")
      hz = try facts.value("hz", "a number above 0") { text in Int(text).flatMap { $0 > 0 ? $0 : nil } }
      var missing: [Feature: String] = [:]
      for feature in Feature.allCases { missing[feature] = facts.optional(Self.key(of: feature)) }
      features = FeatureReport(missing: missing)
      try facts.end()
    } catch {
      throw CampaignError(.unsupported, stage: "read what the guest found", "\(error)")
    }
  }

  var text: String {
    var facts = KeyValueWriter.document
    facts.add("release", release)
    facts.add("hz", hz)
    for feature in Feature.allCases { facts.add(Self.key(of: feature), features.missing[feature]) }
    return facts.text
  }

  /// The prefix of the keys that say why a feature is missing.
  private static func key(of feature: Feature) -> String { "lacks \(feature.rawValue)" }
}

extension GuestFacts {
  /// The facts of a kernel: kept beside it by an earlier run of the same version of this program, or else found by
  /// booting it once.
  ///
  /// - Throws: why the kernel does not boot here, with its last words.
  public static func known(of kernel: BuiltKernel, version: String, means: GuestMeans) async throws -> GuestFacts {
    let kept = "\(kernel.directory)/\(try keptName(of: kernel.executable, asking: means.executable, version: version))"
    if let text = try? GuestDirectory.text(of: kept), let facts = try? GuestFacts(text: text) { return facts }
    let facts = try await found(by: means)
    // If the cache cannot be written, only the next run must boot again.
    try? FileReplacement.write(Array(facts.text.utf8), to: kept)
    return facts
  }

  /// The name of the file that keeps the facts: a hash of everything that determines them, so that another kernel,
  /// another build of this program or another list of features gets another file.
  static func keptName(
    of kernel: String, asking program: String, version: String, features: [Feature] = Feature.allCases
  ) throws(SystemError) -> String {
    var hash = FNV1a()
    let files = [try FileIdentity(of: kernel), try FileIdentity(of: program)]
    for part in [version] + files.map(\.spelled) + features.map(\.rawValue) {
      hash.add(part)
      hash.endPart()
    }
    return "facts-\(hash.hexadecimal)"
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
