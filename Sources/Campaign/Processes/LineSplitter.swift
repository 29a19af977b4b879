/// Cuts a stream of chunks into lines.
struct LineSplitter {
  private var pending: [UInt8] = []

  mutating func split(_ chunk: [UInt8]) -> [String] {
    pending += chunk
    var lines: [String] = []
    while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(String(decoding: pending[..<end], as: UTF8.self))
      pending.removeSubrange(...end)
    }
    return lines
  }
}
