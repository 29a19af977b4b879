import Glibc
import LinuxSystem

/// Where guests' memory can lie: a user-mode kernel maps a file for execution (arch/um/os-Linux/mem.c), which a file
/// system mounted noexec refuses.
public enum MemoryDirectory {
  /// The first suitable directory: TMPDIR, /dev/shm, /tmp, /var/tmp, XDG_RUNTIME_DIR, the cache of kernels.
  ///
  /// - Parameter megabytes: the memory of all guests of a run together, in MiB.
  /// - Throws: why each one was refused.
  public static func choose(megabytes: Int) throws(UserModeKernelError) -> String {
    try choose(megabytes: megabytes, among: candidates)
  }

  static var candidates: [String] {
    var places = ["/dev/shm", "/tmp", "/var/tmp"]
    if let chosen = CurrentProcess.environment("TMPDIR") { places.insert(chosen, at: 0) }
    if let runtime = CurrentProcess.environment("XDG_RUNTIME_DIR") { places.append(runtime) }
    do throws(UserModeKernelError) {
      places.append(try KernelCache.ofThisUser().directory)
    } catch {
      // Without a home directory there is no cache: one candidate less.
    }
    return places
  }

  static func choose(megabytes: Int, among places: [String]) throws(UserModeKernelError) -> String {
    var refusals: [String] = []
    for place in places {
      guard let refusal = refusal(of: place, megabytes: megabytes) else { return place }
      refusals.append("\(place): \(refusal)")
    }
    throw UserModeKernelError(
      .unsupported, stage: "find a place for the guests' memory",
      "\(refusals.joined(separator: "; ")); name one with TMPDIR=DIRECTORY")
  }

  /// Why a directory is not suitable; nil if it is.
  private static func refusal(of place: String, megabytes: Int) -> String? {
    // A guest's kernel could not resolve a relative path.
    guard place.hasPrefix("/") else { return "not an absolute path" }
    guard !place.contains(where: \.isWhitespace) else { return "white space in its path" }
    do throws(SystemError) {
      try Filesystem.checkExecution(in: place)
      let free = try Filesystem.freeBytes(at: place) >> 20
      return free >= megabytes ? nil : "\(free) MiB free, \(megabytes) needed"
    } catch {
      switch error.errno {
      case .notPermitted: return "mounted noexec, so that no file of it can be executed"
      case .notFound: return "not there"
      default: return "\(error)"
      }
    }
  }
}
