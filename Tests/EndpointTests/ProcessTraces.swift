import Glibc
import LinuxSystem
import TestSupport

/// A process's state besides its memory: two of these are equal if nothing that it did in between left a trace.
struct ProcessTraces: Equatable {
  /// Open files by descriptor number.
  let descriptors: [String: String]
  let threads: [String]
  let networkNamespace: String
  let controlGroups: String
  let limits: String
  /// Blocked, ignored and caught signals, without the two that glibc keeps for threads.
  let signals: [UInt64]
  /// Priority, niceness and policy of the main thread (proc_pid_stat(5), fields 18, 19, 41).
  let scheduling: [Substring]

  init(of process: pid_t) throws {
    let directory = "/proc/\(process)"
    var descriptors: [String: String] = [:]
    for name in try DirectoryListing.names(in: "\(directory)/fd") {
      descriptors[name] = try Self.target(of: "\(directory)/fd/\(name)")
    }
    self.descriptors = descriptors
    threads = try DirectoryListing.names(in: "\(directory)/task")
    networkNamespace = try Self.target(of: "\(directory)/ns/net")
    controlGroups = try Self.text(of: "\(directory)/cgroup")
    limits = try Self.text(of: "\(directory)/limits")
    let status = try Self.text(of: "\(directory)/status").split(separator: "\n").map { $0.split(separator: "\t") }
    signals = ["SigBlk:", "SigIgn:", "SigCgt:"].compactMap { name in
      let mask = status.first { $0.first == name[...] }?.last.flatMap { UInt64($0, radix: 16) }
      // SIGCANCEL and SIGSETXID, 32 and 33.
      return mask.map { $0 & ~(1 << 31 | 1 << 32) }
    }
    // The name, in parentheses, ends field 2.
    let fields = try Self.text(of: "\(directory)/stat").split(separator: ")").last?.split(separator: " ") ?? []
    scheduling = [15, 16, 38].compactMap { fields.count > $0 ? fields[$0] : nil }
  }

  private static func text(of path: String) throws -> String {
    String(decoding: try OwnedDescriptor.open(path).readToEnd(), as: UTF8.self)
  }

  private static func target(of link: String) throws -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = readlink(link, &buffer, buffer.count)
    guard length >= 0 else { throw TestFailure("readlink \(link)") }
    return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
