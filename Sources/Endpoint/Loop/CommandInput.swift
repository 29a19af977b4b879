import EndpointProtocol
import LinuxSystem
import Model

/// The runner's commands: lines on standard input. Commands for a later role wait here.
final class CommandInput {
  let descriptor: OwnedDescriptor
  private var rest: [UInt8] = []
  /// Nothing more will come.
  private(set) var hasEnded = false

  init(_ descriptor: consuming OwnedDescriptor) {
    self.descriptor = descriptor
  }

  /// Reads once; blocks if there is no input.
  func read() throws(EndpointError) {
    let bytes = try during("read standard input") { () throws(SystemError) in try descriptor.read(upTo: 4096) }
    hasEnded = bytes.isEmpty
    rest += bytes
  }

  /// The first complete command; nil if there is none.
  func next() throws(EndpointError) -> Command? {
    guard let line = nextLine() else { return nil }
    do throws(MalformedLine) {
      return try Command(line: line)
    } catch {
      let word = line.split(separator: " ").first.map(String.init) ?? "read a command"
      throw EndpointError(.badCommand, stage: word, error.description)
    }
  }

  /// Waits for the next command; nil at the end of input.
  func awaitNext() throws(EndpointError) -> Command? {
    while true {
      if let command = try next() { return command }
      if hasEnded { return nil }
      try read()
    }
  }

  /// Drops all commands up to and including `quit`; false if the input ends first.
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
