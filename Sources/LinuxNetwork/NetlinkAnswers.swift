import CNetlink
import Glibc
import LinuxSystem

/// The result of one recvmsg(2).
struct NetlinkDatagram: Sendable {
  let bytes: ArraySlice<UInt8>
  /// MSG_TRUNC: it was longer than the buffer.
  var isTruncated = false

  /// Its messages; throws if any is missing.
  func messages(for operation: String) throws(NetlinkError) -> [NetlinkMessage] {
    guard !isTruncated, let messages = NetlinkMessage.parse(bytes) else {
      throw NetlinkError(operation, Errno(code: EMSGSIZE), kernelMessage: "an answer of the kernel is incomplete")
    }
    return messages
  }
}

/// Collects the answer to a question, datagram by datagram: one message, or all of a list (a dump).
///
/// Skips answers to other requests, such as one that was given up: they have another sequence number or port.
struct NetlinkQuestion {
  enum State: Equatable {
    case unfinished
    case finished
    /// The answer is complete, but the list changed meanwhile: the request must be repeated.
    case interrupted
  }

  let operation: String
  let sequence: UInt32
  let port: UInt32
  let isDump: Bool
  private(set) var answers: [NetlinkMessage] = []
  private var wasInterrupted = false

  init(operation: String, sequence: UInt32, port: UInt32, isDump: Bool) {
    self.operation = operation
    self.sequence = sequence
    self.port = port
    self.isDump = isDump
  }

  /// Takes the next datagram.
  ///
  /// - Throws: the kernel's refusal, even if it comes after part of a list (the errno within NLMSG_DONE).
  mutating func take(_ datagram: NetlinkDatagram) throws(NetlinkError) -> State {
    for message in try datagram.messages(for: operation) where message.sequence == sequence && message.port == port {
      if message.flags & NetlinkMessage.interrupted != 0 { wasInterrupted = true }
      switch message.type {
      case NetlinkMessage.error, NetlinkMessage.done:
        if let refusal = NetlinkError(refusal: message, of: operation) { throw refusal }
        return wasInterrupted ? .interrupted : .finished
      case NetlinkMessage.overrun:
        throw NetlinkError(operation, Errno(code: ENOBUFS), kernelMessage: "the kernel lost an answer")
      default:
        answers.append(message)
        if !isDump { return .finished }
      }
    }
    return .unfinished
  }
}

/// Waits, datagram by datagram, for the kernel's acknowledgement of requests that were sent together.
///
/// The kernel works in order and reports every refusal, so that only the last request is acknowledged.
struct NetlinkOrders {
  struct Order {
    let operation: String
    let sequence: UInt32
    /// The begin of a batch: if the kernel refuses it, it does not look at the rest.
    let isFrame: Bool
  }

  private let orders: [Order]
  /// The sequence number of the acknowledged request.
  private let last: UInt32
  private let port: UInt32
  /// Refusals that do not count as errors.
  private let tolerated: Set<Errno>
  private var refusal: NetlinkError?

  init(_ orders: [Order], acknowledged last: UInt32, port: UInt32, tolerating tolerated: Set<Errno> = []) {
    self.orders = orders
    self.last = last
    self.port = port
    self.tolerated = tolerated
  }

  private var operation: String { orders.map(\.operation).joined(separator: ", ") }

  /// Takes the next datagram; returns whether the kernel has finished all requests.
  ///
  /// - Throws: the first refusal that is not tolerated, once the kernel has finished.
  mutating func take(_ datagram: NetlinkDatagram) throws(NetlinkError) -> Bool {
    var isDone = false
    for message in try datagram.messages(for: operation)
    where message.type == NetlinkMessage.error && message.port == port {
      guard let order = orders.first(where: { $0.sequence == message.sequence }) else { continue }
      if let new = NetlinkError(refusal: message, of: order.operation), !tolerated.contains(new.errno) {
        refusal = refusal ?? new
      }
      if message.sequence == last || order.isFrame && refusal != nil { isDone = true }
    }
    if isDone, let refusal { throw refusal }
    return isDone
  }
}

extension NetlinkError {
  /// The refusal in a message of type `error` or `done`; nil if there is none.
  ///
  /// struct nlmsgerr: the error, the request's header, then (EXT_ACK, CAP_ACK) attributes with the kernel's message. At
  /// the end of a list there is no header.
  init?(refusal message: NetlinkMessage, of operation: String) {
    let code = message.errnoCode
    guard code != 0 else { return nil }
    let attributes = message.attributes(
      skipping: message.type == NetlinkMessage.done ? 4 : 4 + NetlinkMessage.headerSize)
    self.init(
      operation, Errno(code: code), kernelMessage: attributes[UInt16(NLMSGERR_ATTR_MSG.rawValue)]?.text)
  }
}
