import CNetlink
import Glibc
import LinuxSystem

/// A request and its purpose. libnl builds the common requests; the others are built here, attribute by attribute.
final class NetlinkRequest {
  let message: OpaquePointer
  /// What it requests, for error messages: `add veth client.near`.
  let operation: String
  /// Whether the kernel may be asked to acknowledge it; false for the begin and end of a batch, which only new kernels
  /// acknowledge.
  var wantsAcknowledgement = true

  /// Takes ownership of a message that one of libnl's `*_build_*_request` functions wrote.
  convenience init(
    _ operation: String, build: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
  ) throws(NetlinkError) {
    var message: OpaquePointer?
    let code = build(&message)
    guard code >= 0, let message else { throw NetlinkError(operation, .invalid, kernelMessage: libnlText(code)) }
    self.init(operation, owning: message)
  }

  /// Starts an empty message; `header` is the family's own header (struct ifinfomsg, tcmsg, ...).
  ///
  /// - Parameter room: for attributes, in bytes. A message does not grow: an attribute that does not fit is refused.
  convenience init<Header: BitwiseCopyable>(
    _ operation: String, type: Int32, flags: Int32 = 0, header: Header, room: Int = 2048
  ) throws(NetlinkError) {
    let size = NetlinkMessage.headerSize + MemoryLayout<Header>.size + room
    guard let message = nlmsg_alloc_size(size) else { throw NetlinkError(operation, Errno(code: ENOMEM)) }
    self.init(operation, owning: message)
    guard nlmsg_put(message, UInt32(NL_AUTO_PORT), UInt32(NL_AUTO_SEQ), type, 0, flags) != nil else {
      throw NetlinkError(operation, Errno(code: ENOMEM))
    }
    var header = header
    try check(nlmsg_append(message, &header, MemoryLayout<Header>.size, Int32(NLMSG_ALIGNTO)))
  }

  private init(_ operation: String, owning message: OpaquePointer) {
    self.operation = operation
    self.message = message
  }

  deinit {
    nlmsg_free(message)
  }

  /// - Throws: if there is no room for it, like the other functions.
  func put(_ type: Int, _ text: String) throws(NetlinkError) {
    try check(nla_put_string(message, Int32(type), text))
  }

  func put(_ type: Int, _ bytes: [UInt8]) throws(NetlinkError) {
    try check(nla_put(message, Int32(type), Int32(bytes.count), bytes))
  }

  /// An integer in network byte order, which netfilter requires.
  func put(_ type: Int, bigEndian value: UInt32) throws(NetlinkError) {
    try put(type, withUnsafeBytes(of: value.bigEndian) { Array($0) })
  }

  /// A nested attribute that holds `content`, itself a run of attributes.
  func putNested(_ type: Int, _ content: [UInt8]) throws(NetlinkError) {
    try put(type | Int(NLA_F_NESTED), content)
  }

  private func check(_ code: Int32) throws(NetlinkError) {
    if code < 0 { throw NetlinkError(operation, .invalid, kernelMessage: libnlText(code)) }
  }
}

/// libnl's text for one of its error codes.
func libnlText(_ code: Int32) -> String {
  nl_geterror(code).map { String(cString: $0) } ?? "libnl error \(code)"
}
