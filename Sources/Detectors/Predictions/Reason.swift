/// Why there is no closed form, in words for the reader of results.
enum Reason {
  static let slow = "a slow or lossy connection has no closed form"
  static let backingOff =
    "data was in flight at t0 whose timer is not known, or which was being retransmitted under a shortened timeout"
  static let window = "how soon the peer's receive window closes depends on its buffers"
  static let windowAndPath = "the peer's receive window may have closed when the path broke"
  static let answerInFlight = "it depends on whether an answer to a request was in flight at t0"
  static let peerIsHeard = "the peer's own messages still arrive, until the peer gives up itself"
  static let newConnection =
    "what happened to the watched connection does not tell whether the peer accepts new ones"
  static let newAddress = "a new connection may use another address than the one that is gone"
  static let noticeOnTheWay = "the notice that the connection is closed was itself lost on the way"
  static let datagrams = "what happened to the connection does not tell whether datagrams are still answered"
  static let workerLoad = "a stuck worker may or may not show in the load that an answer reports"
  static let nothingAnswered = "nothing had been answered before t0"
  static let nothingLearned = "too little had been answered before t0 to estimate the next arrival"
  static let forgetting = "whether a probe comes before the way forgets the connection depends on the timer wheel"
  static let lowThreshold = "the threshold is so low that answers are suspected before they are due"
}
