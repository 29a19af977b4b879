import Model

/// A monitor of the observer's own host by netlink (rtnetlink(7)): of its interface's carrier, or of its route to the
/// peer. It does not see what breaks elsewhere; then the kernel decides, as without a mechanism.
struct MonitorPrediction {
  enum Subject {
    /// Carrier, which is lost with a pulled cable and with an interface that is set down.
    case link
    /// The route, which is lost with the interface or the address that it prefers (`fib_sync_down_dev`,
    /// `fib_sync_down_addr`, net/ipv4/fib_semantics.c). Without carrier it stays.
    case route

    func shows(_ sign: LocalSign) -> Bool {
      switch (self, sign) {
      case (_, .none): false
      case (.link, .carrierLost), (_, .interfaceDown), (.route, .addressGone): true
      case (.link, .addressGone), (.route, .carrierLost): false
      }
    }
  }

  var subject: Subject
  var circumstances: Circumstances

  /// The longest time that a notification takes: the loss of carrier is urgent for a device that is not stacked on
  /// another (`linkwatch_urgent_event`, net/core/link_watch.c), and all others are sent from the change itself.
  static let notice = Duration.milliseconds(5)

  var prediction: Prediction {
    let otherwise = NonePrediction(circumstances: circumstances).prediction
    guard let shown = firstSign else { return otherwise }
    let noticed = shown...(shown + Self.notice)
    switch otherwise {
    case .never: return .range(noticed)
    case .range(let earliest, let latest):
      return .range(min(earliest, noticed.lowerBound)...min(latest, noticed.upperBound))
    case .unknown:
      // A sign at t0 comes before anything for which the kernel needs time.
      return shown == .zero ? .range(noticed) : otherwise
    }
  }

  private var firstSign: Duration? {
    circumstances.effects.filter { span in
      switch span.effect {
      case .pathBroken(let silence), .connectionLost(.silent(let silence)): subject.shows(silence.local)
      default: false
      }
    }.map { max(.zero, $0.start) }.min()
  }
}
