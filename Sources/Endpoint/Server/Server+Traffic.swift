import EndpointProtocol
import LinuxSystem
import Model

// What comes in, and what goes out.
extension Server {
  func accept() throws(EndpointError) {
    while let socket = try sockets?.accept() {
      let (loop, reads) = (loop, isReading)
      try session?.prepare(socket)
      var accepted: Connection?
      // The descriptor is consumed at once, since an owned descriptor cannot be captured.
      do throws(SystemError) {
        let connection = try Connection(accepted: socket, on: loop)
        if !reads { try connection.setReading(false) }
        accepted = connection
      } catch {
        throw EndpointError(.inputOutput, stage: "accept", error.description)
      }
      if let accepted {
        connections[accepted.token] = accepted
        session?.accepted(accepted)
      }
    }
  }

  func serveConnection(_ ready: Epoll.Ready, at now: Instant) throws(EndpointError) {
    guard let connection = connections[ready.token] else { return }
    let arrival = connection.serve(ready.readiness)
    try session?.received(arrival.frames, on: connection, at: now)
    let answers = try answer(arrival.frames, from: .connection(ready.token))
    let end = arrival.end ?? (answers.isEmpty ? nil : connection.send(answers))
    if let end { ended(connection, by: end, at: now) }
  }

  /// A connection ended, not closed by this process.
  private func ended(_ connection: Connection, by end: Signal, at now: Instant) {
    connections[connection.token] = nil
    session?.ended(connection, by: end, at: now)
  }

  func serveDatagrams() throws(EndpointError) {
    for (sender, frame) in try sockets?.receive() ?? [] {
      for answer in try answer([frame], from: .datagram(sender)) { sockets?.send(answer, to: sender) }
    }
  }

  /// The answers that this thread gives itself; the rest is handed to the worker.
  private func answer(_ frames: [Frame], from asker: Asker) throws(EndpointError) -> [Frame] {
    if frames.isEmpty { return [] }
    var mine = frames
    if let worker {
      let theirs = frames.filter(\.isForTheWorker)
      mine = frames.filter { !$0.isForTheWorker }
      if !theirs.isEmpty { try worker.take(theirs.map { Worker.Job(asker: asker, frame: $0) }) }
    }
    let load = mine.isEmpty ? 0 : serverLoad(at: .now)
    return mine.compactMap { $0.answer(serverLoad: load) }
  }

  /// Sends the answers that the worker has finished. A client that has left meanwhile gets nothing.
  func deliver(_ finished: [Worker.Answer]) throws(EndpointError) {
    if finished.isEmpty { return }
    let load = serverLoad(at: .now)
    for answer in finished {
      var frame = answer.frame
      frame.serverLoad = load
      switch answer.asker {
      case .connection(let token):
        if let connection = connections[token], let end = connection.send([frame]) {
          ended(connection, by: end, at: .now)
        }
      case .datagram(let sender): sockets?.send(frame, to: sender)
      }
    }
  }

  /// How loaded this server is, in thousandths: its busiest thread's share of the last second, or the share in which it
  /// was cut off from the CPU, whichever is more.
  private func serverLoad(at now: Instant) -> UInt16 {
    max(load.permille(at: now), worker?.permille(at: now) ?? 0, throttling.permille(at: now))
  }
}

extension Frame {
  /// Whether a server with a worker hands this frame to the worker.
  fileprivate var isForTheWorker: Bool { kind == .request || (kind == .heartbeat && throughWorker) }
}
