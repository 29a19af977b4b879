import Glibc
import LinuxSystem

/// A folder of a test's own, removed with everything in it when it is released. Every user may write into it.
public final class Scratch: Sendable {
  public let path: String

  public init() throws {
    var template = Array("/tmp/flatline-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp", Errno(code: errno)) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(path, 0o777)
  }

  deinit { DirectoryRemoval.remove(path) }

  /// Makes a folder, and those above it; returns its path.
  @discardableResult
  public func folder(_ name: String) -> String {
    var whole = path
    for part in name.split(separator: "/") {
      whole += "/\(part)"
      mkdir(whole, 0o755)
    }
    return whole
  }

  /// Writes a file, in a folder that is made if need be; returns its path.
  @discardableResult
  public func file(_ name: String, _ text: String, mode: mode_t = 0o644) throws -> String {
    folder(name.split(separator: "/").dropLast().joined(separator: "/"))
    try OwnedDescriptor.open("\(path)/\(name)", flags: O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
      .writeAll(Array(text.utf8))
    return "\(path)/\(name)"
  }

  public func text(_ name: String) throws -> String {
    String(decoding: try OwnedDescriptor.open("\(path)/\(name)").readToEnd(), as: UTF8.self)
  }

  /// The paths of the files with this ending, sorted.
  public func files(endingIn suffix: String) throws -> [String] {
    try DirectoryListing.names(in: path).filter { $0.hasSuffix(suffix) }.map { "\(path)/\($0)" }.sorted()
  }
}
