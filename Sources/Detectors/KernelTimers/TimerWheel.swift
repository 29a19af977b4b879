/// The arithmetic of the kernel's timer wheel (`calc_wheel_index`, kernel/time/timer.c), in jiffies.
///
/// A timer of level n fires only at multiples of 8^n jiffies, so every timer fires 1 to 8^n jiffies late, never on time.
enum TimerWheel {
  /// The level of a timer whose expiry lies `delta` jiffies after the wheel's clock (`LVL_START`, `LVL_DEPTH`).
  static func level(_ delta: Int64) -> Int {
    var level = 0
    var start: Int64 = 63
    while level < 8, delta >= start {
      level += 1
      start *= 8
    }
    return level
  }

  /// How far apart, in jiffies, the firings of such a timer can be (`LVL_GRAN`).
  static func granularity(_ delta: Int64) -> Int64 { 1 << (3 * level(delta)) }

  /// The absolute jiffy in which a timer for the absolute jiffy `nominal` fires (`calc_index`).
  static func firing(nominal: Int64, granularity: Int64) -> Int64 {
    (nominal / granularity + 1) * granularity
  }
}

/// The context in which a timer is armed.
enum Arming {
  /// A system call or an incoming segment: the wheel's clock is the current jiffy.
  case systemCall
  /// The callback of another timer: `__run_timers` has already advanced the wheel's clock past the current jiffy.
  case callback

  func delta(_ delay: Int64) -> Int64 { self == .systemCall ? delay : delay - 1 }
}

/// When a timer fires: between two jiffies, counted from some zero.
struct Firing: Hashable {
  var earliest: Int64
  var latest: Int64
  /// The absolute jiffy of the firing is a multiple of this.
  var alignment: Int64 = 1
  /// The absolute jiffy that zero stands for, if known; then rounding is exact instead of a range.
  var origin: Int64?

  /// When a timer fires that was armed in this jiffy for `delay`.
  func after(_ delay: Int64, from arming: Arming = .callback) -> Firing {
    let granularity = TimerWheel.granularity(arming.delta(delay))
    if let origin {
      return Firing(
        earliest: TimerWheel.firing(nominal: origin + earliest + delay, granularity: granularity) - origin,
        latest: TimerWheel.firing(nominal: origin + latest + delay, granularity: granularity) - origin,
        alignment: granularity, origin: origin)
    }
    if granularity <= alignment {
      let wait = (delay / granularity + 1) * granularity
      return Firing(earliest: earliest + wait, latest: latest + wait, alignment: granularity)
    }
    let excess = delay % alignment
    return Firing(
      earliest: earliest + delay + alignment - excess, latest: latest + delay + granularity - excess,
      alignment: granularity)
  }

  /// The last firing, no later than `limit`, of a timer whose callback arms it for `delay` again and again from here on;
  /// this one if there is none, or while the waits are not yet all alike.
  ///
  /// A firing at a multiple of the wheel's granularity, or of a coarser one, is followed by multiples of it.
  func repeated(every delay: Int64, upTo limit: Int64) -> Firing {
    let granularity = TimerWheel.granularity(Arming.callback.delta(delay))
    guard granularity <= alignment, latest < limit else { return self }
    if let origin, (origin + earliest) % granularity != 0 || (origin + latest) % granularity != 0 { return self }
    let wait = (delay / granularity + 1) * granularity
    let count = (limit - latest) / wait
    guard count > 0 else { return self }
    return Firing(
      earliest: earliest + count * wait, latest: latest + count * wait, alignment: granularity, origin: origin)
  }

  /// When a timer fires whose nominal expiry lies in `nominal`, and whose level is only known to be that of one of `deltas`.
  static func expiry(nominal: ClosedRange<Int64>, deltas: ClosedRange<Int64>, origin: Int64?) -> Firing {
    guard let origin else {
      return Firing(
        earliest: nominal.lowerBound + 1, latest: nominal.upperBound + TimerWheel.granularity(deltas.upperBound))
    }
    // A coarser level never fires earlier than a finer one.
    let finest = TimerWheel.granularity(deltas.lowerBound)
    let coarsest = TimerWheel.granularity(deltas.upperBound)
    return Firing(
      earliest: TimerWheel.firing(nominal: origin + nominal.lowerBound, granularity: finest) - origin,
      latest: TimerWheel.firing(nominal: origin + nominal.upperBound, granularity: coarsest) - origin,
      alignment: finest, origin: origin)
  }

  /// The part of it that lies in `bounds`; nil if there is none.
  func clamped(to bounds: ClosedRange<Int64>) -> Firing? {
    let range = (earliest...latest)
    guard range.overlaps(bounds) else { return nil }
    var part = self
    (part.earliest, part.latest) = (max(earliest, bounds.lowerBound), min(latest, bounds.upperBound))
    return part
  }
}

extension ClosedRange {
  /// The smallest range that holds both.
  func hull(_ other: ClosedRange) -> ClosedRange {
    Swift.min(lowerBound, other.lowerBound)...Swift.max(upperBound, other.upperBound)
  }
}
