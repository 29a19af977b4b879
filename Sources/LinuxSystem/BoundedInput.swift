import Glibc

/// Reading a path that a user gives, which may be anything: a huge file, a device, a pipe without a writer.
public enum BoundedInput {
  /// How long to wait for more input before giving up.
  private static let patience: Int32 = 10_000

  /// The whole content, but at most `limit` + 1 bytes.
  ///
  /// - Throws: `.timedOut` if a pipe has a writer that writes nothing; `.isADirectory`.
  public static func read(_ path: String, upTo limit: Int) throws(SystemError) -> [UInt8] {
    // Non-blocking, so that a FIFO without a writer reads as the end of input instead of blocking.
    let file = try OwnedDescriptor.open(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY)
    var bytes: [UInt8] = []
    while bytes.count <= limit {
      do {
        let chunk = try file.read(upTo: min(65_536, limit + 1 - bytes.count))
        if chunk.isEmpty { break }
        bytes += chunk
      } catch  where error.errno == .wouldBlock {
        try wait(for: file.raw, path)
      }
    }
    return bytes
  }

  private static func wait(for descriptor: Int32, _ path: String) throws(SystemError) {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let ready = try systemCall("poll \(path)") { poll(&wanted, 1, patience) }
    if ready == 0 { throw SystemError("read \(path)", .timedOut) }
  }
}
