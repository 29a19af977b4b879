import Model

extension DetectorSettings {
  /// When this mechanism declares its peer dead, given what was known about the connection at t0.
  ///
  /// - Parameters:
  ///   - effects: what the faults do to the connection, relative to t0; several may follow each other.
  ///   - observer: the side that runs the mechanism, whose connection, application and kernel the other parameters
  ///     describe.
  ///   - connection: the kernel's state, sampled right after the injection, when nothing more can arrive.
  ///   - application: the endpoint's state at t0.
  /// - Returns: bounds relative to t0, without tolerance (see `Prediction.agrees`). They collapse to a tick if both
  ///   `kernel.jiffiesOffset` and the history of the timer are known.
  public func prediction(
    of effects: [EffectSpan], workload: Workload, observer: Observer = .client, connection: ConnectionState,
    application: ApplicationState, t0: Instant, kernel: KernelTimers
  ) -> Prediction {
    let moment = Circumstances.Moment(connection: connection, application: application, t0: t0)
    return prediction(
      Circumstances(effects: effects, workload: workload, observer: observer, kernel: kernel, moment: moment))
  }

  /// When this mechanism declares its peer dead, over all phases that t0 may fall into and any history of the timers.
  ///
  /// Assumes a path of veth cables without impairments: a round trip of 0 to 1 ms, and so a retransmission timeout of
  /// 200 ms (in virtual time, where a round trip takes no time) to 204 ms, rounded up to a tick.
  public func prediction(
    of effects: [EffectSpan], workload: Workload, observer: Observer = .client, kernel: KernelTimers
  ) -> Prediction {
    prediction(Circumstances(effects: effects, workload: workload, observer: observer, kernel: kernel, moment: nil))
  }

  private func prediction(_ circumstances: Circumstances) -> Prediction {
    let course = DecidedCourse(circumstances: circumstances)
    return course.prediction(toleratesLoss: toleratesLoss(circumstances), ofMechanism)
  }

  /// Whether delays and lost segments cannot make it declare the peer dead, because it waits for nothing.
  private func toleratesLoss(_ circumstances: Circumstances) -> Bool {
    let transmission = RetransmissionPrediction(circumstances: circumstances, userTimeout: nil, heartbeat: nil)
    let writes = transmission.alreadyPending || circumstances.dataSpacing != nil || circumstances.answersRequests
    return switch self {
    case .none, .userTimeout, .retransmission, .requestTimeout, .linkMonitor, .routeMonitor: !writes
    case .keepalive, .connect, .heartbeat, .phiAccrual, .chen, .adaptive, .overload: false
    }
  }

  private func ofMechanism(_ circumstances: Circumstances) -> Prediction {
    switch self {
    case .none: NonePrediction(circumstances: circumstances).prediction
    case .keepalive(let settings): KeepalivePrediction(settings: settings, circumstances: circumstances).prediction
    case .userTimeout(let settings): UserTimeoutPrediction(settings: settings, circumstances: circumstances).prediction
    case .retransmission(let settings):
      RetransmissionLimitPrediction(settings: settings, circumstances: circumstances).prediction
    case .connect(let settings): ConnectPrediction(settings: settings, circumstances: circumstances).prediction
    case .heartbeat(let settings): HeartbeatPrediction(settings: settings, circumstances: circumstances).prediction
    case .requestTimeout(let settings):
      RequestTimeoutPrediction(settings: settings, circumstances: circumstances).prediction
    case .phiAccrual(let settings): PhiAccrualPrediction(settings: settings, circumstances: circumstances).prediction
    case .chen(let settings): ChenPrediction(settings: settings, circumstances: circumstances).prediction
    case .adaptive(let settings): AdaptivePrediction(settings: settings, circumstances: circumstances).prediction
    case .overload(let settings): OverloadPrediction(settings: settings, circumstances: circumstances).prediction
    case .linkMonitor: MonitorPrediction(subject: .link, circumstances: circumstances).prediction
    case .routeMonitor: MonitorPrediction(subject: .route, circumstances: circumstances).prediction
    }
  }
}
