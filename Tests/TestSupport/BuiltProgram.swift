import Glibc
import LinuxSystem

/// A program of this package, built beside the tests.
public struct BuiltProgram: Sendable {
  public static let endpoint = BuiltProgram("flatline-endpoint")
  public static let flatline = BuiltProgram("flatline")

  public let name: String
  public let path: String

  private init(_ name: String) {
    self.name = name
    path = "\(Self.folder)/\(name)"
  }

  /// Where the tests' own executable is.
  private static let folder: String = {
    var path = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &path, path.count - 1)
    let own = String(decoding: path[..<max(count, 0)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return own.split(separator: "/").dropLast().map { "/\($0)" }.joined()
  }()

  public var isBuilt: Bool { access(path, X_OK) == 0 }

  /// Starts it with these standard streams; returns its process identifier.
  public func spawn(
    _ arguments: [String], standardInput: Int32 = 0, standardOutput: Int32 = 1, standardError: Int32 = 2
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, standardInput, 0)
    posix_spawn_file_actions_adddup2(&actions, standardOutput, 1)
    posix_spawn_file_actions_adddup2(&actions, standardError, 2)
    return try TestChild.spawn(path, [name] + arguments, &actions)
  }
}
