import Glibc
import LinuxSystem

/// What is known of a built kernel: the file `about` beside it, a line `name: value` for each fact.
struct KernelRecord: Sendable, Hashable {
  static let executable = "linux"
  static let configuration = ".config"
  private static let file = "about"

  var version: String
  var release: String
  /// The hash of its options.
  var fragment: String
  /// The archive or tree that it was built from.
  var source: String
  /// When: ISO 8601, UTC.
  var built: String

  var text: String {
    """
    version: \(version)
    release: \(release)
    fragment: \(fragment)
    source: \(source)
    built: \(built)

    """
  }

  /// Nil if a fact is missing.
  init?(_ text: String) {
    var facts: [Substring: String] = [:]
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      facts[line[..<colon]] = String(line[line.index(after: colon)...].drop { $0 == " " })
    }
    guard let version = facts["version"], let release = facts["release"], let fragment = facts["fragment"],
      let source = facts["source"], let built = facts["built"]
    else { return nil }
    self.init(version: version, release: release, fragment: fragment, source: source, built: built)
  }

  init(version: String, release: String, fragment: String, source: String, built: String) {
    self.version = version
    self.release = release
    self.fragment = fragment
    self.source = source
    self.built = built
  }

  /// Nil if there is no such file, or a fact is missing in it.
  init?(readingIn directory: String) throws(SystemError) {
    self.init(String(decoding: try OwnedDescriptor.open("\(directory)/\(Self.file)").readToEnd(), as: UTF8.self))
  }

  func write(in directory: String) throws(SystemError) {
    let file = try OwnedDescriptor.open("\(directory)/\(Self.file)", flags: O_WRONLY | O_CREAT | O_TRUNC)
    try file.writeAll(Array(text.utf8))
    try file.close()
  }
}
