import Glibc
import LinuxSystem
import Model
import UserModeKernel

/// What a guest's first process does before anything else: its root is the host's, read-only, with nothing mounted.
enum GuestRoom {
  /// Mounts what programs expect, and the directory that is shared with the host; returns where that is.
  static func furnish() throws(SystemError) -> GuestDirectory {
    try GuestSystem.mount("proc", at: "/proc")
    try GuestSystem.mount("sysfs", at: "/sys")
    try GuestSystem.mount("devtmpfs", at: "/dev")
    try GuestSystem.mount("cgroup2", at: "/sys/fs/cgroup")
    try GuestDirectory.write("+cpu", to: "/sys/fs/cgroup/cgroup.subtree_control")
    // A private place for written files, where it does not hide the executables.
    let path = try CurrentProcess.executablePath()
    let places = ["/mnt", "/run", "/srv", "/media", "/opt", "/var/tmp", "/tmp"]
    guard let place = places.first(where: { access($0, F_OK) == 0 && !path.hasPrefix($0 + "/") }) else {
      throw SystemError("find a place to mount a tmpfs among \(places.joined(separator: ", "))", .notFound)
    }
    try GuestSystem.mount("tmpfs", at: place)
    let shared = "\(place)/shared"
    guard mkdir(shared, 0o755) == 0 else { throw SystemError("create \(shared)", Errno(code: errno)) }
    try GuestSystem.mount("hostfs", at: shared, options: GuestMachine.sharedPath)
    setenv("TMPDIR", place, 1)
    return GuestDirectory(path: shared)
  }

  /// Seeds the kernel's random numbers from the guest's job, and from nothing else.
  static func seedRandom(_ order: GuestOrder) throws(SystemError) {
    var random = KeyedRandom(
      seed: order.seed, "guest", order.scenario, order.detector, order.observer.rawValue, "\(order.first)")
    var bytes: [UInt8] = []
    for _ in 0..<8 { withUnsafeBytes(of: random.next().littleEndian) { bytes += $0 } }
    try GuestSystem.seedRandom(bytes)
  }
}
