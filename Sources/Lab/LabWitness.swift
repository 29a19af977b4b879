import LinuxNetwork
import LinuxSystem
import Model
import Synchronization

extension Lab {
  /// A host that is wired directly to one of the topology's hosts, and is not part of the topology itself.
  struct Attachment {
    let namespace: NetworkNamespace
    /// The address of the topology's host on this wire.
    let hostAddress: IPAddress
  }

  /// Adds a host that is wired directly to `name`. Call it only on a thread of your own.
  func attachWitness(to name: HostName) throws -> Attachment {
    let witness = try NetworkNamespace()
    let host = try host(name)
    let count = state.withLock { state in
      state.witnesses += 1
      return state.witnesses
    }
    let ends = [(namespace: host, index: 1 + nextDevice(), side: AddressPlan.End.far), (witness, 1, .near)].map {
      (
        end: VethEnd(name: "witness\(count)", index: $0.index + 100, namespace: $0.namespace), side: $0.side,
        address: addresses.witnessAddress($0.side, number: count)
      )
    }
    try witness.netlink.addVeth(main: ends[0].end, peer: ends[1].end)
    for (end, side, address) in ends {
      try end.namespace.netlink.configure(link: end.index, forwarding: false)
      try end.namespace.netlink.change(
        ([addresses.linkLocalAddress(side), address] as [IPAddress?]).compactMap { $0 }
          .map { .add($0, prefix: addresses.prefix) }, link: end.index)
    }
    try witness.netlink.setUp(true, [ends[1].end.index])
    let deadline = Clocks.monotonicNanoseconds() + 2_000_000_000
    for (end, _, _) in ends {
      try Self.wait(for: Device(index: end.index, name: end.name), in: end.namespace, until: deadline)
    }
    return Attachment(namespace: witness, hostAddress: ends[0].address)
  }
}
