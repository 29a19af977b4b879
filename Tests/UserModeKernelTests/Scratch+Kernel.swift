import TestSupport

@testable import UserModeKernel

extension Scratch {
  /// A kernel in the cache `kernels`, as far as the cache checks it.
  func kernel(_ version: String, release: String, fragment: String? = nil) throws {
    let fragment = fragment ?? KernelFragment.current.hash(of: version)
    let name = "kernels/\(version)-\(fragment)"
    try file("\(name)/linux", "#!/bin/sh\n", mode: 0o755)
    let record = KernelRecord(
      version: version, release: release, fragment: fragment, source: "/usr/src/x", built: "2026-01-31T12:00:00Z")
    try record.write(in: "\(path)/\(name)")
  }
}
