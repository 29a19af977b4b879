import EndpointProtocol
import Lab
import LinuxNetwork
import Model

/// A server's endpoint, listening; what faults may ask of it.
struct ServerEndpoint: ServiceControl {
  let process: EndpointProcess
  let address: EndpointAddress

  /// Starts a server in `namespace` and waits until it listens on `address`.
  static func start(
    in namespace: NetworkNamespace, at address: IPAddress, named role: String, executable: String
  ) async throws -> ServerEndpoint {
    let process = EndpointProcess(.server, in: namespace, named: role, executable: executable)
    do {
      // All addresses of the host: the witness comes in by another one.
      process.send(.listen(EndpointAddress(host: "\(address.unspecified)", port: 7000)))
      let port = try await process.expect("listening") { event in
        if case .listening(_, let port) = event { port } else { nil }
      }
      return ServerEndpoint(process: process, address: EndpointAddress(host: "\(address)", port: port))
    } catch {
      await process.kill()
      throw error
    }
  }

  var port: UInt16 { address.port }

  var request: [UInt8] { Frame(kind: .request, sequence: 0, sentAt: .now).bytes }

  func saturate(_ mode: SaturationMode) async throws -> Moment {
    let asked = Instant.now
    process.send(.saturate(mode))
    return try await process.expect("saturated") { event in
      guard case .saturated(let before, let after) = event, before >= asked else { return nil }
      return Moment(before: before, after: after)
    }
  }

  func relieve() async throws -> Moment {
    let asked = Instant.now
    process.send(.relieve)
    return try await process.expect("relieved") { event in
      guard case .relieved(let before, let after, _) = event, before >= asked else { return nil }
      return Moment(before: before, after: after)
    }
  }

  func cpuTime() async throws -> (Duration, at: Instant) {
    let asked = Instant.now
    process.send(.reportCPU)
    return try await process.expect("its CPU time") { event in
      if case .cpuTime(let time, let at) = event, at >= asked { (time, at: at) } else { nil }
    }
  }
}
