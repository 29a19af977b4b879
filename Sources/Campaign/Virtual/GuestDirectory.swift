import Glibc
import LinuxSystem

/// The files through which a host and its guest communicate, in a directory of their own, the only one that the guest
/// can write.
///
/// Files, not pipes or terminals: a guest that waited for its host to read would see time pass.
public struct GuestDirectory: Sendable, Hashable {
  public let path: String

  public init(path: String) {
    self.path = path
  }

  /// The guest's job: a `GuestOrder`.
  public var order: String { "\(path)/order" }
  /// The scenario file, as the host read it.
  public var scenario: String { "\(path)/scenario.yaml" }
  /// The finished rows: a results file.
  public var rows: String { "\(path)/rows.csv" }
  /// One line for every sign of life: the guest's uptime in nanoseconds.
  public var pulse: String { "\(path)/pulse" }
  /// What the guest's machine has and lacks: `GuestFacts`.
  public var facts: String { "\(path)/facts" }
  /// Written last, by a guest that finished its job.
  public var done: String { "\(path)/done" }
  /// What the kernel and the guest's first process printed.
  public var console: String { "\(path)/console" }
  /// A symbolic link to the guest's first program, and its name.
  public var program: String { "\(path)/\(Self.programName)" }
  static let programName = "flatline"

  static func write(_ text: String, to path: String) throws(SystemError) {
    try write(Array(text.utf8), to: path)
  }

  static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
    let file = try OwnedDescriptor.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC)
    try file.writeAll(bytes)
    try file.close()
  }

  static func text(of path: String) throws(SystemError) -> String {
    String(decoding: try OwnedDescriptor.open(path).readToEnd(), as: UTF8.self)
  }
}
