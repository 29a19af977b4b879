import LinuxSystem
import TestSupport
import Testing

/// What doctor tells of the virtual clock, where temporary memory is mounted noexec: in a mount namespace of its own.
@Suite(
  "flatline doctor and the virtual clock",
  .enabled("mounting takes CAP_SYS_ADMIN") { CurrentProcess.canAdministerSystem })
struct DoctorTests {
  /// Runs doctor where every one of these is a tmpfs whose files cannot be executed. The program itself may lie in one of
  /// them, so it is run from another place.
  private func doctor(noexec places: [String], environment: String) async throws -> Tool.Result {
    let mounts = places.map { "mount -t tmpfs -o noexec tmpfs \($0)" }
    let commands = ["mount --bind \(try Tool.folder) /mnt"] + mounts + ["\(environment) exec /mnt/flatline doctor"]
    return try await Tool.run(["unshare", "--mount", "sh", "-c", commands.joined(separator: " && ")])
  }

  @Test("where TMPDIR is mounted noexec, guests' memory lies in another place")
  func otherPlace() async throws {
    let scratch = try Scratch()
    let result = try await doctor(noexec: [scratch.path], environment: "TMPDIR=\(scratch.path)")
    #expect([0, 69].contains(result.status))
    #expect(result.output.contains(#/virtual clock: memory +ok/#), "\(result.output)\(result.errors)")
  }

  @Test("where every place is mounted noexec, each is named, with the reason and the remedy")
  func noPlace() async throws {
    let result = try await doctor(
      noexec: ["/dev/shm", "/tmp", "/var/tmp"],
      environment: "unset XDG_RUNTIME_DIR; mkdir -p /dev/shm/flatline/kernels; XDG_CACHE_HOME=/dev/shm TMPDIR=/var/tmp")
    let line = try #require(
      result.output.split(separator: "\n").first { $0.hasPrefix("virtual clock: memory") }, "\(result.errors)")
    for place in ["/dev/shm", "/tmp", "/var/tmp", "/dev/shm/flatline/kernels"] {
      #expect(line.contains("\(place): mounted noexec"), "\(line)")
    }
    #expect(result.output.contains("remedy: TMPDIR=DIRECTORY that can be written"))
    #expect(!result.output.contains("virtual clock: boot"))
  }

  @Test("it says of a kernel whether it is there, and of processes whether they may be traced")
  func facts() async throws {
    let scratch = try Scratch()
    let result = try await Tool.run(["env", "XDG_CACHE_HOME=\(scratch.path)", "\(Tool.folder)/flatline", "doctor"])
    #expect(result.output.contains(#/virtual clock: kernel +MISSING: .*flatline kernel build, or make kernel/#))
    #expect(result.output.contains(#/virtual clock: tracing +ok/#))
  }
}
