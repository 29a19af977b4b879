import LinuxNetwork
import Model
import Synchronization

/// The state of a port that was last sent to the kernel.
struct AppliedPort: Sendable {
  /// The state of a veth's second end when it is created.
  var isUp = false
  var root = RootDiscipline.standard
  /// How often it was sent: each time starts a new random sequence.
  var changes = 0
}

extension Lab {
  /// The only place where ports change: faults set the desired state of their ports, and every change goes to the
  /// kernel, all in one sendmsg(2).
  ///
  /// - Returns: the times before and after the kernel did it.
  @discardableResult
  func changePorts(_ change: (inout [PortName: PortState]) throws -> Void) throws -> Moment {
    try state.withLock { state in
      var wanted = state.wanted
      try change(&wanted)
      var links: [LinkChange] = []
      var applied = state.applied
      for cable in topology.cables {
        for side in AddressPlan.End.allCases {
          let name = PortName(cable: cable, side: side)
          // The port of a host without power is being removed, or is gone; its successor gets the whole state.
          guard let port = wanted[name], let end = state.cables[cable]?[side], state.hosts[end.host] != nil
          else { continue }
          let now = applied[name] ?? AppliedPort()
          let next = AppliedPort(
            isUp: port.isUp, root: port.root, changes: now.changes + (port.root == now.root ? 0 : 1))
          let link = LinkChange(
            index: end.port.index, up: port.isUp == now.isUp ? nil : port.isUp,
            root: next.changes == now.changes ? nil : next.root.drawing(by: seed, at: name, change: next.changes),
            formerRoot: now.root)
          if link.up != nil || link.root != nil { links.append(link) }
          applied[name] = next
        }
      }
      let netlink = wiring.netlink
      let moment = try Moment.measure { try netlink.change(links) }
      state.wanted = wanted
      state.applied = applied
      return moment
    }
  }

  /// The same for some ports of one cable.
  @discardableResult
  func changePorts(
    of cable: CableName, _ sides: [AddressPlan.End] = AddressPlan.End.allCases, _ change: (inout PortState) -> Void
  ) throws -> Moment {
    _ = try self.cable(cable)
    return try changePorts { ports in
      for side in sides {
        let name = PortName(cable: cable, side: side)
        var port = ports[name] ?? PortState()
        change(&port)
        ports[name] = port
      }
    }
  }

  /// The ports that face a direction's receivers, of hosts that have power.
  func livePorts(of cable: CableName, _ direction: Direction) throws -> [Device] {
    let cable = try self.cable(cable)
    return direction.receivers.map { cable[$0] }.filter { hasPower($0.host) }.map(\.port)
  }
}

extension Direction {
  /// The ends whose ports pass frames on to the receivers: a port's egress affects what its host receives.
  var receivers: [AddressPlan.End] {
    switch self {
    case .both: [.near, .far]
    case .toServer: [.far]
    case .toClient: [.near]
    }
  }
}

extension RootDiscipline {
  /// The same with a separate seed, so that what a port does to a frame depends neither on the other ports nor on
  /// earlier random draws.
  fileprivate func drawing(by seed: Int64?, at port: PortName, change: Int) -> RootDiscipline {
    guard let seed, case .netem(var settings) = self else { return self }
    var random = KeyedRandom(seed: seed, "netem", port.cable.rawValue, "\(port.side)", "\(change)")
    settings.seed = random.next()
    return .netem(settings)
  }
}
