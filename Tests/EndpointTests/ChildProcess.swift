import Glibc
import LinuxSystem

/// `flatline-endpoint` as a child process.
enum ChildProcess {
  /// Built beside the tests.
  static let executable: String = {
    var path = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &path, path.count - 1)
    let own = String(decoding: path[..<max(count, 0)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return own.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/flatline-endpoint"
  }()

  static var isBuilt: Bool { access(executable, X_OK) == 0 }

  static func spawn(
    _ arguments: [String], standardInput: Int32 = 0, standardOutput: Int32 = 1, standardError: Int32 = 2
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, standardInput, 0)
    posix_spawn_file_actions_adddup2(&actions, standardOutput, 1)
    posix_spawn_file_actions_adddup2(&actions, standardError, 2)
    var words: [UnsafeMutablePointer<CChar>?] = (["flatline-endpoint"] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child = pid_t()
    let code = posix_spawn(&child, executable, &actions, nil, &words, environ)
    guard code == 0 else { throw TestFailure("posix_spawn \(executable): \(Errno(code: code).text)") }
    return child
  }

  /// Waits for the end of a child; its exit status, or minus the signal that killed it.
  static func exitStatus(of child: pid_t) throws -> Int32 {
    for _ in 0..<2000 {
      var status: Int32 = 0
      if waitpid(child, &status, WNOHANG) == child {
        return status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f)
      }
      usleep(10_000)
    }
    kill(child, SIGKILL)
    throw TestFailure("the process did not end")
  }
}
