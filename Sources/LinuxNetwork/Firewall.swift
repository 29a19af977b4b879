import CNftables
import LinuxSystem

/// nftables through libnftables, in the calling thread's network namespace.
public enum Firewall {
  /// Runs commands of nft(8); throws nft's own words when it refuses.
  public static func run(_ commands: String) throws(FirewallError) {
    guard let context = nft_ctx_new(0) else { throw FirewallError(commands: commands, message: "out of memory") }
    defer { nft_ctx_free(context) }
    nft_ctx_buffer_error(context)
    nft_ctx_buffer_output(context)
    guard nft_run_cmd_from_buffer(context, commands) == 0 else {
      let message = nft_ctx_get_error_buffer(context).map { String(cString: $0) } ?? "unknown reason"
      let line = message.split(separator: "\n").first.map(String.init) ?? message
      throw FirewallError(commands: commands, message: line)
    }
  }
}

/// A refused firewall command.
public struct FirewallError: Error, Sendable, Hashable, CustomStringConvertible {
  public let commands: String
  public let message: String

  public var description: String { "nft '\(commands)': \(message)" }
}
