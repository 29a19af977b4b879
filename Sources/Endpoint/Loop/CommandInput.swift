import EndpointProtocol
import LinuxSystem
import Model

/// The runner's commands: lines on standard input. What belongs to a later role than the present one waits here.
final class CommandInput {
  let descriptor: OwnedDescriptor
  private var rest: [UInt8] = []
  /// Nothing more will come.
  private(set) var hasEnded = false

  init(_ descriptor: consuming OwnedDescriptor) {
    self.descriptor = descriptor
  }

  /// Reads once, which blocks if nothing is there.
  func read() throws(EndpointError) {
    let bytes = try during("read standard input") { () throws(SystemError) in try descriptor.read(upTo: 4096) }
    hasEnded = bytes.isEmpty
    rest += bytes
  }

  /// The first command that is complete; nil if none is.
  func next() throws(EndpointError) -> Command? {
    guard let line = nextLine() else { return nil }
    do throws(MalformedLine) {
      return try Command(line: line)
    } catch {
      let word = line.split(separator: " ").first.map(String.init) ?? "read a command"
      throw EndpointError(.badCommand, stage: word, error.description)
    }
  }

  /// The next command, waited for; nil at the end of input.
  func awaitNext() throws(EndpointError) -> Command? {
    while true {
      if let command = try next() { return command }
      if hasEnded { return nil }
      try read()
    }
  }

  /// Drops all that comes before `quit`, and that too; false if the input ends first.
  func skipToQuit() throws(EndpointError) -> Bool {
    while true {
      while let line = nextLine() { if line == Command.quit.line { return true } }
      if hasEnded { return false }
      try read()
    }
  }

  private func nextLine() -> String? {
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    let line = String(decoding: rest[..<end], as: UTF8.self)
    rest.removeSubrange(...end)
    return line
  }
}
