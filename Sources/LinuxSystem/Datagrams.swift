import Glibc

/// One UDP datagram and who sent it.
public struct Datagram: Sendable, Hashable {
  public let bytes: [UInt8]
  public let sender: DatagramSender
}

/// Where a datagram came from, as recvfrom(2) reported it: a struct sockaddr of any family.
public struct DatagramSender: Sendable, Hashable {
  fileprivate let bytes: [UInt8]
}

extension Sockets {
  /// A UDP socket bound to `address`; non-blocking, and closed on exec.
  public static func datagrams(on address: SocketAddress) throws(SystemError) -> OwnedDescriptor {
    let type = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let socket = OwnedDescriptor(
      owning: try systemCall("socket") { Glibc.socket(address.family, type, 0) })
    let descriptor = socket.raw
    try systemCall("bind to \(address) (UDP)") { address.withSockaddr { bind(descriptor, $0, $1) } }
    return socket
  }
}

extension OwnedDescriptor {
  /// recvfrom(2): the next datagram, cut to `limit` bytes; nil if none is waiting.
  public borrowing func receiveDatagram(upTo limit: Int) throws(SystemError) -> Datagram? {
    let descriptor = raw
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var failure: SystemError?
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      do throws(SystemError) {
        count = try systemCall("recvfrom") {
          withUnsafeMutableBytes(of: &storage) { name in
            name.withMemoryRebound(to: sockaddr.self) {
              recvfrom(descriptor, buffer.baseAddress, limit, 0, $0.baseAddress, &size)
            }
          }
        }
      } catch {
        failure = error
      }
    }
    if let failure {
      if failure.errno == .wouldBlock { return nil }
      throw failure
    }
    let name = withUnsafeBytes(of: storage) { Array($0.prefix(Int(size))) }
    return Datagram(bytes: bytes, sender: DatagramSender(bytes: name))
  }

  /// sendto(2): false if the socket's buffer is full; the datagram is then lost, as any datagram may be.
  @discardableResult
  public borrowing func send(_ bytes: [UInt8], to receiver: DatagramSender) throws(SystemError) -> Bool {
    let descriptor = raw
    do throws(SystemError) {
      try systemCall("sendto") {
        receiver.bytes.withUnsafeBytes { name in
          name.withMemoryRebound(to: sockaddr.self) { name in
            bytes.withUnsafeBytes {
              sendto(descriptor, $0.baseAddress, $0.count, 0, name.baseAddress, socklen_t(receiver.bytes.count))
            }
          }
        }
      }
      return true
    } catch {
      if error.errno == .wouldBlock { return false }
      throw error
    }
  }
}
