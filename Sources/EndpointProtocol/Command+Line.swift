import Model

extension Command {
  /// The command as one line of text, without the newline: `begin at=1234567890`.
  public var line: String {
    var writer = KeyValueWriter(line: word)
    switch self {
    case .assume(let role, let namespace):
      writer.add("role", role.rawValue)
      writer.add("netns", namespace)
    case .listen(let task):
      writer.add("host", task.address.host)
      writer.add("port", Int(task.address.port))
      writer.add("accept-queue", task.acceptQueue)
      writer.add("receive-buffer", task.receiveBuffer)
      writer.add("serving", task.responder.rawValue)
      if let watching = task.watching { writer.add(watching) }
      writer.add(task.workload)
    case .open(let task):
      writer.add("server", task.server.host)
      writer.add("port", Int(task.server.port))
      if let backup = task.backup {
        writer.add("backup", backup.host)
        writer.add("backup-port", Int(backup.port))
      }
      writer.add(task.watching)
      writer.add(task.workload)
      if let failover = task.failover { writer.add(failover) }
      writer.add("clients", task.clients)
      writer.add("seed", "\(task.seed)")
    case .begin(let at): writer.add("at", at)
    case .mark(let t0): writer.add("t0", t0)
    case .healed(let at): writer.add("at", at)
    case .saturate(let mode): writer.add("mode", mode.rawValue)
    case .pause(let activity), .resume(let activity): writer.add("activity", activity.rawValue)
    case .finish, .relieve, .reportCPU, .quit: break
    }
    return writer.text
  }

  /// The reverse of `line`.
  public init(line: String) throws(MalformedLine) {
    var reader = try KeyValueReader(line: line)
    switch reader.word {
    case "assume":
      self = .assume(
        try reader.value("role", "a role", EndpointRole.init(rawValue:)), namespace: reader.optional("netns"))
    case "listen":
      self = .listen(
        ServerTask(
          address: EndpointAddress(host: try reader.text("host"), port: try reader.port("port")),
          acceptQueue: try reader.integer("accept-queue"), receiveBuffer: try reader.optionalInteger("receive-buffer"),
          responder: try reader.value("serving", "a responder", Pinging.Responder.init(rawValue:)),
          watching: try reader.optionalWatch(), workload: try reader.workload()))
    case "open":
      let server = EndpointAddress(host: try reader.text("server"), port: try reader.port("port"))
      var backup: EndpointAddress?
      if let host = reader.optional("backup") {
        backup = EndpointAddress(host: host, port: try reader.port("backup-port"))
      }
      self = .open(
        ClientTask(
          server: server, backup: backup, watching: try reader.watch(), workload: try reader.workload(),
          failover: try reader.optionalFailover(), clients: try reader.integer("clients"),
          seed: try reader.value("seed", "a number") { UInt64($0) }))
    case "begin": self = .begin(at: try reader.instant("at"))
    case "mark": self = .mark(t0: try reader.instant("t0"))
    case "healed": self = .healed(at: try reader.instant("at"))
    case "finish": self = .finish
    case "saturate":
      self = .saturate(try reader.value("mode", "a saturation mode", SaturationMode.init(rawValue:)))
    case "relieve": self = .relieve
    case "report-cpu": self = .reportCPU
    case "pause": self = .pause(try reader.activity())
    case "resume": self = .resume(try reader.activity())
    case "quit": self = .quit
    case let word: throw MalformedLine(word: word, expected: "a command", line: line)
    }
    try reader.end()
  }

  /// The line's first word.
  public var word: String {
    switch self {
    case .assume: "assume"
    case .listen: "listen"
    case .open: "open"
    case .begin: "begin"
    case .mark: "mark"
    case .healed: "healed"
    case .finish: "finish"
    case .saturate: "saturate"
    case .relieve: "relieve"
    case .reportCPU: "report-cpu"
    case .pause: "pause"
    case .resume: "resume"
    case .quit: "quit"
    }
  }
}
