import Glibc
import LinuxSystem

/// Children of the tests' own process.
public enum TestChild {
  /// A child that sleeps until it is killed.
  public static func sleeping() throws -> pid_t { try spawn("sleep", ["sleep", "1000"], nil) }

  /// Waits for the end of a child; its exit status, or minus the signal that killed it.
  public static func exitStatus(of child: pid_t) throws -> Int32 {
    for _ in 0..<2000 {
      var status: Int32 = 0
      if waitpid(child, &status, WNOHANG) == child {
        return status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f)
      }
      usleep(10_000)
    }
    kill(child, SIGKILL)
    waitpid(child, nil, 0)
    throw TestFailure("the process did not end")
  }

  static func spawn(
    _ program: String, _ words: [String], _ actions: UnsafePointer<posix_spawn_file_actions_t>?
  ) throws -> pid_t {
    var child = pid_t()
    var words: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    let code = posix_spawnp(&child, program, actions, nil, &words, environ)
    guard code == 0 else { throw TestFailure("posix_spawn \(program): \(Errno(code: code).text)") }
    return child
  }
}
