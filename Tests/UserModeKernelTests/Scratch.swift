import Glibc
import LinuxSystem

@testable import UserModeKernel

/// A folder of a test's own, removed with everything in it when it is released.
final class Scratch: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/flatline-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp", Errno(code: errno)) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { DirectoryRemoval.remove(path) }

  /// Makes a folder, and those above it.
  @discardableResult
  func folder(_ name: String) -> String {
    var whole = path
    for part in name.split(separator: "/") {
      whole += "/\(part)"
      mkdir(whole, 0o755)
    }
    return whole
  }

  /// Writes a file, in a folder that is made if need be.
  @discardableResult
  func file(_ name: String, _ text: String, mode: mode_t = 0o644) throws -> String {
    folder(name.split(separator: "/").dropLast().joined(separator: "/"))
    try OwnedDescriptor.open("\(path)/\(name)", flags: O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
      .writeAll(Array(text.utf8))
    return "\(path)/\(name)"
  }

  func text(_ name: String) throws -> String {
    String(decoding: try OwnedDescriptor.open("\(path)/\(name)").readToEnd(), as: UTF8.self)
  }

  /// A kernel in the cache `kernels`, as far as the cache looks at it.
  func kernel(_ version: String, release: String, fragment: String? = nil) throws {
    let fragment = fragment ?? KernelFragment.current.hash(of: version)
    let name = "kernels/\(version)-\(fragment)"
    try file("\(name)/linux", "#!/bin/sh\n", mode: 0o755)
    let record = KernelRecord(
      version: version, release: release, fragment: fragment, source: "/usr/src/x", built: "2026-01-31T12:00:00Z")
    try record.write(in: "\(path)/\(name)")
  }
}
