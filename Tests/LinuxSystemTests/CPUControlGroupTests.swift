import Glibc
import LinuxSystem
import TestSupport
import Testing

/// Groups of the cpu controller, of whichever version is here; a guest of the virtual clock has version 2.
@Suite("Groups that share CPU time", .needsCPUGroups)
struct CPUControlGroupTests {
  private func text(_ path: String) throws -> String {
    String(decoding: try OwnedDescriptor.open(path).readToEnd(), as: UTF8.self)
  }

  @Test("a process is put into a group with its quota, and back; the empty group goes with its owner")
  func membership() throws {
    let process = try ProcessHandle(try TestChild.sleeping())
    defer {
      kill(process.identifier, SIGKILL)
      waitpid(process.identifier, nil, 0)
    }
    let origin = try CPUController.group(of: process)
    var group: CPUControlGroup? = try CPUControlGroup(quota: 20_000, period: 50_000)
    let directory = try #require(group?.directory)
    switch try CPUController.mount().version {
    case .one:
      #expect(try text("\(directory)/cpu.cfs_quota_us") == "20000\n")
      #expect(try text("\(directory)/cpu.cfs_period_us") == "50000\n")
    case .two: #expect(try text("\(directory)/cpu.max") == "20000 50000\n")
    }
    try group?.add(process)
    #expect(try CPUController.group(of: process) == directory)
    #expect(try text("\(directory)/cgroup.procs") == "\(process.identifier)\n")
    // A process that only sleeps is never cut off.
    #expect(try group?.throttling().throttled == 0)
    try CPUControlGroup.move(process, to: origin)
    #expect(try CPUController.group(of: process) == origin)
    #expect(try text("\(directory)/cgroup.procs") == "")
    group = nil
    #expect(access(directory, F_OK) != 0)
  }

  @Test("a group whose owner has ended is removed, even if its number is in use again; one whose owner lives is not")
  func abandoned() throws {
    let folder = try CPUController.mount().path
    // A group as a killed run leaves it, under the number of a living process: this one.
    let left = "\(folder)/flatline-\(CurrentProcess.identifier)-999999"
    #expect(mkdir(left, 0o755) == 0)
    // Not a group of Flatline, although it looks like one.
    let other = "\(folder)/flatline-test-\(CurrentProcess.identifier)"
    #expect(mkdir(other, 0o755) == 0)
    defer { rmdir(other) }
    let mine = try CPUControlGroup(quota: 20_000, period: 50_000)
    #expect(CPUControlGroup.removeAbandoned() >= 1)
    #expect(access(left, F_OK) != 0)
    #expect(access(other, F_OK) == 0)
    #expect(access(mine.directory, F_OK) == 0)
  }

  @Test("a quota that the kernel refuses is an error that names the file, and leaves no group")
  func refused() throws {
    let folder = try CPUController.mount().path
    do throws(SystemError) {
      _ = try CPUControlGroup(quota: 1, period: 100_000)
      Issue.record("a quota of one microsecond was accepted")
    } catch {
      #expect(error.errno == .invalid)
      #expect(error.description.contains("\(folder)/flatline-\(CurrentProcess.identifier)-"))
      // The error ends at the file; the group is its folder.
      let path = try #require(error.description.firstMatch(of: #/ to (\S+)\/cpu\./#)?.1)
      #expect(access(String(path), F_OK) != 0)
    }
  }
}
