import Glibc
import LinuxSystem
import TestSupport
import Testing

/// What runs that were killed leave behind, and who removes it: `run` and `doctor`, and no other command.
@Suite("What killed runs leave behind")
struct LeftoversTests {
  @Test(
    "the cgroup of a starved server whose run was killed is removed by doctor, which tells what it removed",
    .needsNamespaces, .needsCPUGroups)
  func groups() async throws {
    let scratch = try Scratch()
    let file = try scratch.file(
      "s.yaml",
      """
      version: 1
      name: starved
      detectors: [none]
      timeline: [{at: 200ms, inject: cpu-saturation, mode: starved}]
      observe: 60s
      trials: 1
      """)
    let mount = try CPUController.mount().path
    @Sendable func groups(of run: Int32) throws -> [String] {
      try DirectoryListing.names(in: mount).filter { $0.hasPrefix("flatline-\(run)-") }
    }
    let (result, run) = try await Tool.interrupt(
      ["run", "--output", scratch.path + "/rows.csv", file], with: SIGKILL,
      hasBegun: { (try? groups(of: $0).isEmpty) == false })
    #expect(result.status == 128 + SIGKILL)
    // Other tests' runs may be faster than this one.
    let doctor = try await Tool.run("doctor")
    #expect(try groups(of: run).isEmpty)
    #expect(doctor.output.contains("left by killed runs  "), "\(doctor.output)")
  }

  @Test("the directory of a killed virtual run is left alone by validate, and removed by doctor; one in use is not")
  func directories() async throws {
    let scratch = try Scratch()
    let (stale, used) = ("flatline-run-abcDEF", "flatline-run-inUse1")
    for name in [stale, used] {
      mkdir("\(scratch.path)/\(name)", 0o700)
      try scratch.file("\(name)/.flatline-run", "")
    }
    let lock = try DirectoryLock.take("\(scratch.path)/\(used)", makes: false)
    let environment = ["env", "TMPDIR=\(scratch.path)", BuiltProgram.flatline.path]
    let file = try scratch.file("s.yaml", quickScenario())
    #expect(try await Tool.run(environment + ["validate", file]).status == 0)
    #expect(try DirectoryListing.names(in: scratch.path).sorted() == [stale, used, "s.yaml"].sorted())
    let doctor = try await Tool.run(environment + ["doctor"])
    #expect(try DirectoryListing.names(in: scratch.path).sorted() == [used, "s.yaml"].sorted())
    #expect(doctor.output.contains(#/left by killed runs .*1 directory; removed/#), "\(doctor.output)")
    let isHeld = lock != nil
    #expect(isHeld)
  }
}
