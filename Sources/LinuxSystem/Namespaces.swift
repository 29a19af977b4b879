import CLinux
import Glibc

/// Network and user namespaces (network_namespaces(7), user_namespaces(7)).
///
/// All of these functions change the calling thread: call them only on a thread of your own, never in a Swift task.
public enum Namespaces {
  /// Moves the calling thread into a new network namespace, and returns a descriptor that keeps it alive.
  public static func unshareNetwork() throws(SystemError) -> OwnedDescriptor {
    try systemCall("unshare(CLONE_NEWNET): a new network namespace") { clinux_unshare_network() }
    return try currentNetwork()
  }

  /// A descriptor of the calling thread's network namespace.
  public static func currentNetwork() throws(SystemError) -> OwnedDescriptor {
    try OwnedDescriptor.open("/proc/thread-self/ns/net")
  }

  /// Moves the calling thread into the network namespace that `descriptor` holds.
  public static func enterNetwork(_ descriptor: borrowing OwnedDescriptor) throws(SystemError) {
    let raw = descriptor.raw
    try systemCall("setns(CLONE_NEWNET)") { clinux_enter_network(raw) }
  }

  /// Gives the calling thread its own table of descriptors, which holds only the standard ones (close_range(2)):
  /// descriptors that it opens from now on get low numbers, and other threads' descriptors stay open.
  public static func unshareDescriptors() throws(SystemError) {
    try systemCall("close_range(CLOSE_RANGE_UNSHARE): a descriptor table of the thread's own") {
      clinux_unshare_descriptors()
    }
  }

  /// The inode number that identifies the namespace behind `descriptor`.
  public static func identity(of descriptor: borrowing OwnedDescriptor) throws(SystemError) -> UInt64 {
    var status = stat()
    let raw = descriptor.raw
    try systemCall("fstat of a namespace") { fstat(raw, &status) }
    return UInt64(status.st_ino)
  }

  /// Moves the process into a new user namespace in which it is root.
  ///
  /// Only a single-threaded process can do this: call it in the first statements of `main`.
  public static func becomeRootInUserNamespace() throws(SystemError) {
    let user = getuid()
    let group = getgid()
    try systemCall("unshare(CLONE_NEWUSER): a new user namespace") { clinux_unshare_user() }
    // user_namespaces(7): setgroups must be denied before an unprivileged process may write gid_map.
    try write("deny", to: "/proc/self/setgroups")
    try write("0 \(user) 1", to: "/proc/self/uid_map")
    try write("0 \(group) 1", to: "/proc/self/gid_map")
  }

  private static func write(_ text: String, to path: String) throws(SystemError) {
    do throws(SystemError) {
      try OwnedDescriptor.open(path, flags: O_WRONLY).writeAll(Array(text.utf8))
    } catch {
      throw SystemError("write \(path)", error.errno)
    }
  }
}
