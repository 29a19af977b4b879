import Model

/// The options that a guest's kernel needs, beyond what Kconfig adds by itself (Kernel/flatline.config).
public struct KernelFragment: Sendable, Hashable {
  /// One option: `CONFIG_VETH=y`.
  struct Option: Sendable, Hashable {
    let name: String
    let value: String
    /// The first version that has it; nil if there is no lower limit.
    let since: KernelVersion?
    /// The last version that has it; nil if there is no upper limit.
    let until: KernelVersion?

    var line: String { "\(name)=\(value)" }

    func isOf(_ version: KernelVersion) -> Bool {
      if let since, version < since { return false }
      if let until, until < version { return false }
      return true
    }
  }

  /// The whole file.
  public let text: String
  let options: [Option]

  /// The fragment that this executable was built with.
  public static var current: KernelFragment {
    KernelFragment(String(decoding: PackageResources.flatline_config, as: UTF8.self))
  }

  /// Reads a fragment: one `CONFIG_NAME=value` per line; a comment `# since VERSION` or `# until VERSION` holds up to
  /// the next empty line.
  init(_ text: String) {
    self.text = text
    var options: [Option] = []
    var (since, until) = (KernelVersion?.none, KernelVersion?.none)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty { (since, until) = (nil, nil) }
      let words = line.split(separator: " ")
      if words.starts(with: ["#", "since"]), words.count == 3 { since = KernelVersion(words[2]) }
      if words.starts(with: ["#", "until"]), words.count == 3 { until = KernelVersion(words[2]) }
      let parts = line.split(separator: "=", maxSplits: 1)
      guard line.hasPrefix("CONFIG_"), parts.count == 2 else { continue }
      options.append(Option(name: String(parts[0]), value: String(parts[1]), since: since, until: until))
    }
    self.options = options
  }

  /// The options that a kernel of `version` has; all of them if that is not a version.
  private func options(of version: String) -> [Option] {
    guard let version = KernelVersion(version) else { return options }
    return options.filter { $0.isOf(version) }
  }

  /// Eight hexadecimal digits that change with any option of this version, but not with comments.
  public func hash(of version: String) -> String {
    FNV1a(options(of: version).map { "\($0.line)\n" }.sorted().joined()).folded
  }

  /// The options that a kernel of `version` has and that did not survive into its `.config`, as lines.
  func lost(in configuration: String, version: String) -> [String] {
    let lines = Set(configuration.split(separator: "\n"))
    return options(of: version).map(\.line).filter { !lines.contains($0[...]) }
  }
}
