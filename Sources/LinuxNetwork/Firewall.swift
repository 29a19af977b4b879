import CNftables
import LinuxSystem
import Synchronization

/// nftables through libnftables.
enum Firewall {
  /// libnftables is not thread-safe, even with one context per thread: its symbol tables and parser state are shared.
  private static let library = Mutex<Void>(())

  /// Runs commands of nft(8) as one transaction in the calling thread's network namespace; throws nft's own message if
  /// nft refuses.
  ///
  /// It removes the CALLING THREAD's descriptors: call it only on a thread of its own. libnftables waits for its socket
  /// by select(2), which aborts the process from descriptor 1024 on (FD_SETSIZE).
  static func run(_ commands: String) throws {
    try Namespaces.unshareDescriptors()
    try library.withLock { _ in
      guard let context = nft_ctx_new(0) else {
        throw FirewallError(commands: commands, message: "no context: out of memory, or no netfilter socket")
      }
      defer { nft_ctx_free(context) }
      nft_ctx_buffer_error(context)
      nft_ctx_buffer_output(context)
      guard nft_run_cmd_from_buffer(context, commands) == 0 else {
        let message = nft_ctx_get_error_buffer(context).map { String(cString: $0) } ?? "unknown reason"
        throw FirewallError(
          commands: commands, message: message.split(separator: "\n").first.map(String.init) ?? message)
      }
    }
  }
}

/// A refused firewall command.
public struct FirewallError: Error, Sendable, Hashable, CustomStringConvertible {
  public let commands: String
  public let message: String

  public var description: String { "nft '\(commands)': \(message)" }
}
