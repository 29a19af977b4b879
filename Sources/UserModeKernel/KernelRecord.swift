import Glibc
import LinuxSystem
import Model

/// The facts about a built kernel: the file `about` beside it, with a line `name: value` for each fact.
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
    var facts = KeyValueWriter.document
    facts.add("version", version)
    facts.add("release", release)
    facts.add("fragment", fragment)
    facts.add("source", source)
    facts.add("built", built)
    return facts.text
  }

  init(_ text: String) throws(MalformedLine) {
    var facts = try KeyValueReader(document: text, title: "a kernel's record")
    version = try facts.text("version")
    release = try facts.text("release")
    fragment = try facts.text("fragment")
    source = try facts.text("source")
    built = try facts.text("built")
    try facts.end()
  }

  init(version: String, release: String, fragment: String, source: String, built: String) {
    self.version = version
    self.release = release
    self.fragment = fragment
    self.source = source
    self.built = built
  }

  /// - Throws: if there is no such file, or it is not a record.
  init(readingIn directory: String) throws {
    try self.init(String(decoding: try OwnedDescriptor.open("\(directory)/\(Self.file)").readToEnd(), as: UTF8.self))
  }

  func write(in directory: String) throws(SystemError) {
    let file = try OwnedDescriptor.open("\(directory)/\(Self.file)", flags: O_WRONLY | O_CREAT | O_TRUNC)
    try file.writeAll(Array(text.utf8))
    try file.close()
  }
}
