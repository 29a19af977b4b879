import CNetlink
import LinuxSystem

/// A network namespace held by descriptor, and a netlink socket that lives in it. Gone with its owner.
public final class NetworkNamespace: Sendable {
  private let descriptor: OwnedDescriptor
  /// ip(8)'s verbs, in this namespace.
  public let netlink: NetlinkSocket
  /// ss(8)'s view, in this namespace.
  public let diagnosis: NetlinkSocket
  /// Identifies the namespace as long as it lives: the inode number of its /proc entry.
  public let identity: UInt64

  /// Creates a namespace, moving the CALLING THREAD into it: only for a thread of your own.
  ///
  /// - Parameter sysctls: written best effort, as containers mount /proc/sys read-only (`flatline doctor` says so).
  public init(sysctls: [Sysctl] = []) throws {
    descriptor = try Namespaces.unshareNetwork()
    netlink = try NetlinkSocket(.route)
    diagnosis = try NetlinkSocket(.socketDiagnosis)
    identity = try Namespaces.identity(of: descriptor)
    for sysctl in sysctls { sysctl.writeIfPossible() }
  }

  /// Opens a socket of another kind in this namespace.
  public func openNetlink(_ family: NetlinkSocket.Family) throws -> NetlinkSocket {
    try runBlocking { try NetlinkSocket(family) }
  }

  /// Runs commands of nft(8) in this namespace, as one transaction.
  public func changeFirewall(_ commands: String) throws {
    try runBlocking { try Firewall.run(commands) }
  }

  /// A setting's value in this namespace; nil if there is none, or it cannot be read.
  public func sysctl(_ name: String) throws -> String? {
    try runBlocking { Sysctl.read(name) }
  }

  /// Writes settings of this namespace; throws if one cannot be written.
  public func write(_ sysctls: [Sysctl]) throws {
    try runBlocking { for sysctl in sysctls { try sysctl.write() } }
  }

  /// The descriptor's number, for IFLA_NET_NS_FD.
  var rawDescriptor: Int32 { descriptor.raw }

  /// A path through which a child process of this one can enter: `/proc/<pid>/fd/<n>`.
  public var path: String { "/proc/\(CurrentProcess.identifier)/fd/\(descriptor.raw)" }

  /// Runs `work` inside the namespace, on a thread of its own.
  public func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await DedicatedThread.run {
      try Namespaces.enterNetwork(self.descriptor)
      return try work()
    }
  }

  /// The same, for a caller that may block.
  public func runBlocking<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) throws -> Result {
    try DedicatedThread.runBlocking {
      try Namespaces.enterNetwork(self.descriptor)
      return try work()
    }
  }
}
