import CNetlink
import LinuxSystem
import Synchronization

/// A network namespace held by descriptor, and a netlink socket in it. Both are released with their owner.
public final class NetworkNamespace: Sendable {
  private let descriptor: OwnedDescriptor
  /// The operations of ip(8), in this namespace.
  public let netlink: NetlinkSocket
  private let diagnosisSocket: Mutex<NetlinkSocket?>

  /// Creates a namespace, moving the CALLING THREAD into it: call it only on a thread of your own.
  ///
  /// - Parameters:
  ///   - sysctls: written if possible, since containers mount /proc/sys read-only (`flatline doctor` reports that).
  ///   - diagnosed: whether `diagnosis` will be needed without delay, so that it is opened now.
  public init(sysctls: [Sysctl] = [], diagnosed: Bool = false) throws {
    descriptor = try Namespaces.unshareNetwork()
    netlink = try NetlinkSocket(.route)
    diagnosisSocket = Mutex(diagnosed ? try NetlinkSocket(.socketDiagnosis) : nil)
    for sysctl in sysctls { sysctl.writeIfPossible() }
  }

  /// The view of ss(8), in this namespace. It is opened on first use, unless it was opened at the start: most
  /// namespaces never need it.
  public var diagnosis: NetlinkSocket {
    get throws {
      try diagnosisSocket.withLock { socket in
        if let socket { return socket }
        let opened = try openNetlink(.socketDiagnosis)
        socket = opened
        return opened
      }
    }
  }

  /// Identifies the namespace as long as it lives: the inode number of its /proc entry.
  public var identity: UInt64 {
    get throws(SystemError) { try Namespaces.identity(of: descriptor) }
  }

  /// Opens a socket of another kind in this namespace.
  public func openNetlink(_ family: NetlinkSocket.Family) throws -> NetlinkSocket {
    try runBlocking { try NetlinkSocket(family) }
  }

  /// Runs commands of nft(8) in this namespace, as one transaction.
  public func changeFirewall(_ commands: String) throws {
    try runBlocking { try Firewall.run(commands) }
  }

  /// A setting's value in this namespace; nil if there is no such setting, or it cannot be read.
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
