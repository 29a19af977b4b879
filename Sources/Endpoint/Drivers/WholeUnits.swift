import Model

/// The duration as a multiple of `unit`; refuses what the kernel cannot express. `name` is the setting's name, for the
/// message: `keepalive's idle`.
func whole(_ duration: Duration, in unit: Duration, name: String) throws(EndpointError) -> Int {
  let (count, rest) = duration.inNanoseconds.quotientAndRemainder(dividingBy: unit.inNanoseconds)
  guard rest == 0, count > 0 else {
    throw EndpointError(.badCommand, stage: "open", "\(name) must be whole multiples of \(unit.spelled)")
  }
  return Int(count)
}
