import LinuxNetwork
import Model

/// Which address each host has on each cable. Every cable is a subnet of its own; the client's side is .1.
public struct AddressPlan: Sendable, Hashable {
  public let family: AddressFamily

  public init(family: AddressFamily) {
    self.family = family
  }

  /// Which end of a cable: the one nearer to the client, or the farther one.
  public enum End: UInt8, Sendable, CaseIterable {
    case near = 1
    case far = 2
  }

  public func address(on cable: CableName, _ end: End) -> IPAddress {
    address(subnet: Self.subnet(of: cable), host: end.rawValue)
  }

  /// The link between the server and the witness, which is no part of the topology.
  public func witnessAddress(_ end: End) -> IPAddress {
    address(subnet: 9, host: end.rawValue)
  }

  /// The prefix length of every subnet.
  public var prefix: Int {
    switch family {
    case .ipv4: 24
    }
  }

  private func address(subnet: UInt8, host: UInt8) -> IPAddress {
    switch family {
    case .ipv4: IPAddress(bytes: [10, 0, subnet, host])
    }
  }

  private static func subnet(of cable: CableName) -> UInt8 {
    switch cable {
    case .client: 1
    case .server: 2
    case .backup: 3
    }
  }
}
