import EndpointProtocol
import Model

/// Refuses settings with which a driver could not work: every schedule must go forward, every window hold something.
func checkDetector(_ settings: DetectorSettings, stage: String) throws(EndpointError) {
  func refused(_ what: String) -> EndpointError {
    EndpointError(.badCommand, stage: stage, "\(what) must be positive")
  }
  if let interval = settings.heartbeatInterval, interval <= .zero { throw refused("the heartbeat's interval") }
  switch settings {
  case .connect(let connect) where connect.interval <= .zero: throw refused("the interval of the checks")
  case .phiAccrual(let phi) where phi.threshold <= 0: throw refused("the threshold")
  case .phiAccrual(let phi) where phi.window < 1: throw refused("the window")
  case .phiAccrual(let phi) where phi.minDeviation <= .zero: throw refused("the least deviation")
  case .chen(let chen) where chen.window < 1: throw refused("the window")
  case .adaptive(let adaptive) where adaptive.step <= .zero: throw refused("the step")
  case .adaptive(let adaptive) where adaptive.successes < 1: throw refused("the number of successes")
  case .overload(let overload) where overload.samples < 1: throw refused("the number of samples")
  default: break
  }
}
