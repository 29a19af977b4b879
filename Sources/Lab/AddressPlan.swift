import LinuxNetwork
import Model

/// Which address each host has on each cable. Every cable is a separate subnet; the client's side is .1.
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

  /// The address that may replace `address(on:_:)`: another one of the same subnet.
  public func spareAddress(on cable: CableName, _ end: End) -> IPAddress {
    address(subnet: Self.subnet(of: cable), host: 100 + end.rawValue)
  }

  /// The link between a host (the far end) and its witness, which is not part of the topology; `number` counts them.
  public func witnessAddress(_ end: End, number: UInt8 = 0) -> IPAddress {
    address(subnet: 9 + number, host: end.rawValue)
  }

  /// The link-local address that every IPv6 interface needs besides its own: neighbour solicitations are sent from it
  /// (RFC 4861, section 4.3; net/ipv6/ndisc.c, ndisc_send_ns). nil for IPv4.
  public func linkLocalAddress(_ end: End) -> IPAddress? {
    family == .ipv6 ? IPAddress(bytes: [0xfe, 0x80] + Array(repeating: 0, count: 13) + [end.rawValue]) : nil
  }

  /// The prefix length of every subnet.
  public var prefix: Int {
    switch family {
    case .ipv4: 24
    case .ipv6: 64
    }
  }

  private func address(subnet: UInt8, host: UInt8) -> IPAddress {
    switch family {
    case .ipv4: IPAddress(bytes: [10, 0, subnet, host])
    case .ipv6:
      IPAddress(bytes: [0xfd, 0, 0, 0, 0, 0, 0, subnet, 0, 0, 0, 0, 0, 0, 0, host])
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
