import Glibc

/// An owned file descriptor, which is closed when its owner is gone.
public struct OwnedDescriptor: ~Copyable, Sendable {
  /// The number; valid as long as the owner lives.
  public let raw: Int32

  /// Takes ownership of `raw`.
  public init(owning raw: Int32) {
    self.raw = raw
  }

  deinit {
    // There is no caller to report an error to; close(2) frees the descriptor in any case.
    _ = Glibc.close(raw)
  }

  /// open(2), with O_CLOEXEC.
  public static func open(
    _ path: String, flags: Int32 = O_RDONLY, mode: mode_t = 0o644
  ) throws(SystemError) -> OwnedDescriptor {
    OwnedDescriptor(owning: try systemCall("open \(path)") { Glibc.open(path, flags | O_CLOEXEC, mode) })
  }

  /// read(2): the bytes read, at most `limit`; empty at the end of input.
  public borrowing func read(upTo limit: Int) throws(SystemError) -> [UInt8] {
    let descriptor = raw
    var failure: Errno?
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      repeat {
        failure = nil
        let got = Glibc.read(descriptor, buffer.baseAddress, limit)
        if got < 0 { failure = Errno.current } else { count = got }
      } while failure == .interrupted
    }
    if let failure { throw SystemError("read", failure) }
    return bytes
  }

  /// read(2) until the end of input.
  public borrowing func readToEnd() throws(SystemError) -> [UInt8] {
    var all: [UInt8] = []
    while true {
      let chunk = try read(upTo: 65_536)
      if chunk.isEmpty { return all }
      all += chunk
    }
  }

  /// The whole file from its first byte, whatever the descriptor's offset; the offset is at the end afterwards.
  public borrowing func readFromStart() throws(SystemError) -> [UInt8] {
    let descriptor = raw
    try systemCall("lseek") { lseek(descriptor, 0, SEEK_SET) }
    return try readToEnd()
  }

  /// The file's current path, whatever name it was opened by: `/proc/self/fd`. Nil if that is hidden; for a file
  /// without a name, the text is not a path.
  public borrowing func presentPath() -> String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/fd/\(raw)", &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  /// write(2), repeated until all bytes are written.
  public borrowing func writeAll(_ bytes: [UInt8]) throws(SystemError) {
    var done = 0
    while done < bytes.count { done += try write(bytes[done...]) }
  }

  /// write(2): how many bytes it took.
  public borrowing func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
    let descriptor = raw
    return try systemCall("write") { bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } }
  }

  /// ftruncate(2); the next write continues there.
  public borrowing func truncate(to length: Int) throws(SystemError) {
    let descriptor = raw
    try systemCall("ftruncate") { ftruncate(descriptor, length) }
    try systemCall("lseek") { lseek(descriptor, length, SEEK_SET) }
  }

  /// close(2), with its error reported.
  public consuming func close() throws(SystemError) {
    let descriptor = raw
    discard self
    // Not retried: Linux has freed the descriptor even when close(2) was interrupted.
    if Glibc.close(descriptor) == -1, Errno.current != .interrupted { throw SystemError("close", Errno.current) }
  }
}
