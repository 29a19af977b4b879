import Model

/// How many times `unit` the duration is; what the kernel cannot express is refused. `name` is whose setting it is:
/// `keepalive's idle`.
func whole(_ duration: Duration, in unit: Duration, name: String) throws(EndpointError) -> Int {
  let (count, rest) = duration.inNanoseconds.quotientAndRemainder(dividingBy: unit.inNanoseconds)
  guard rest == 0, count > 0 else {
    throw EndpointError(.badCommand, stage: "open", "\(name) must be whole multiples of \(unit.spelled)")
  }
  return Int(count)
}
