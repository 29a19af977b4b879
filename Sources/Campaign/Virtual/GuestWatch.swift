import Lab
import LinuxSystem
import Model
import Results

/// What the host repeatedly reads from a running guest's files.
struct GuestWatch: ~Copyable {
  private let directory: GuestDirectory
  private var rowsRead = FileTail()
  private var pulseRead = FileTail()
  private var reader = ResultsReader()
  private var pulseText: [UInt8] = []
  /// When the guest last gave a sign of life, on this machine's clock.
  private(set) var lastSign = Instant.now
  /// The guest's uptime at its last sign of life.
  private(set) var uptime = Duration.zero

  init(_ directory: GuestDirectory) {
    self.directory = directory
    reader.beginFile(directory.rows)
  }

  /// The rows that have come since the last call.
  mutating func newRows() throws -> [ResultRow] {
    if let bytes = try pulseRead.newBytes(of: directory.pulse), !bytes.isEmpty {
      lastSign = .now
      pulseText += bytes
      let lines = pulseText.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      if let whole = lines.dropLast().last, let time = Int64(String(decoding: whole, as: UTF8.self)) {
        uptime = .nanoseconds(time)
      }
      pulseText = Array(lines.last ?? [])
    }
    guard let bytes = try rowsRead.newBytes(of: directory.rows), !bytes.isEmpty else { return [] }
    lastSign = .now
    var rows: [ResultRow] = []
    reader.read(bytes.span) { rows.append($0) }
    try reader.check()
    return rows
  }
}

/// A file to which another process appends.
private struct FileTail: ~Copyable {
  private var file: OwnedDescriptor?

  /// What was appended since the last call; nil while there is no file.
  mutating func newBytes(of path: String) throws(SystemError) -> [UInt8]? {
    if file == nil {
      do {
        file = try OwnedDescriptor.open(path)
      } catch  where error.errno == .notFound {
        return nil
      }
    }
    return try file?.readToEnd()
  }
}
