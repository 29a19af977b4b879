import EndpointProtocol
import LinuxSystem

/// The runner's commands: lines on standard input.
final class CommandInput {
  let descriptor: OwnedDescriptor
  private var rest: [UInt8] = []

  init(_ descriptor: consuming OwnedDescriptor) {
    self.descriptor = descriptor
  }

  /// Reads once, which blocks if nothing is there: the commands complete with it, nil at the end of input.
  func read() throws(EndpointError) -> [Command]? {
    let bytes = try during("read standard input") { () throws(SystemError) in try descriptor.read(upTo: 4096) }
    if bytes.isEmpty { return nil }
    rest += bytes
    var commands: [Command] = []
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = String(decoding: rest[..<end], as: UTF8.self)
      rest.removeSubrange(...end)
      do throws(MalformedLine) {
        commands.append(try Command(line: line))
      } catch {
        let word = line.split(separator: " ").first.map(String.init) ?? "read a command"
        throw EndpointError(.badCommand, stage: word, error.description)
      }
    }
    return commands
  }
}
