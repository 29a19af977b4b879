import Glibc
import LinuxSystem
import Synchronization
import TestSupport
import Testing

@testable import UserModeKernel

/// Builds of a tree that only looks like Linux: its Makefile does at once what Linux's does in minutes.
@Suite(
  "Building a kernel",
  .enabled("gcc, make, flex, bison and bc are needed: make kernel installs them") {
    await BuildTools.missingPackages(for: KernelSource(path: "/tree", isArchive: false, version: nil)).isEmpty
  })
struct KernelBuildTests {
  private let scratch: Scratch
  private let cache: KernelCache

  init() throws {
    scratch = try Scratch()
    cache = KernelCache(directory: "\(scratch.path)/kernels")
    try makefile()
  }

  /// What concurrent builds did.
  private final class Seen: Sendable {
    let boots = Atomic(0)
    let waits = Atomic(0)
  }

  private var tree: String { "\(scratch.path)/tree" }

  /// - Parameter linux: the commands of the goal `linux`.
  private func makefile(
    configure: String = "cp $(KCONFIG_ALLCONFIG) $(O)/.config",
    linux: String = "@echo '  CC      init/main.o'; printf '#!/bin/sh\\n' > $(O)/linux; chmod +x $(O)/linux"
  ) throws {
    try scratch.file("tree/arch/um/Makefile", "")
    try scratch.file(
      "tree/Makefile",
      "VERSION = 6\nPATCHLEVEL = 12\nallnoconfig:\n\tmkdir -p $(O)\n\t\(configure)\nlinux:\n\t\(linux)\n")
  }

  private func make(
    version: String? = nil, rebuild: Bool = false,
    boot: @Sendable (BuiltKernel) async throws -> String = { _ in "6.12.117" },
    report: @Sendable (KernelBuild.Step) -> Void = { _ in }
  ) async throws -> BuiltKernel {
    let source = KernelSource(path: tree, isArchive: false, version: version)
    return try await KernelBuild(source: source, cache: cache, rebuild: rebuild).run(report: report, boot: boot)
  }

  /// The names of all that is in the cache.
  private func names() throws -> [String] { try DirectoryListing.names(in: cache.directory).sorted() }

  @Test("a kernel that boots goes into the cache, with its configuration and its record; nothing else is left")
  func build() async throws {
    let steps = Mutex<[KernelBuild.Step]>([])
    let kernel = try await make { candidate in
      #expect(access(candidate.executable, X_OK) == 0)
      return "6.12.117"
    } report: { step in
      steps.withLock { $0.append(step) }
    }
    #expect(try cache.contents() == [kernel])
    #expect(try names() == ["6.12-\(KernelFragment.current.hash(of: "6.12"))"])
    #expect(kernel.version == "6.12" && kernel.release == "6.12.117" && !kernel.isStale)
    #expect(try DirectoryListing.names(in: kernel.directory).sorted() == [".config", "about", "linux"])
    #expect(steps.withLock { $0 } == [.configuring, .compiling(objects: 0), .compiling(objects: 1), .booting])
  }

  @Test("a system-wide kernel can be read by every user, a user's own as its umask says; neither can be written to")
  func permissions() async throws {
    for (place, mask, modes) in [
      (KernelPlace.system, mode_t(0o700), [UInt32(0o755), 0o755, 0o644]), (.user, 0o700, [0o755, 0o700, 0o600]),
      (.user, 0o777, [0o755, 0o755, 0o644]),
    ] {
      let cache = KernelCache(directory: "\(scratch.path)/\(place)-\(mask)/kernels", place: place)
      let source = KernelSource(path: tree, isArchive: false, version: nil)
      let kernel = try await KernelBuild(source: source, cache: cache).run(report: { _ in }) { candidate in
        // The modes that a strict umask, or none, would leave.
        chmod(candidate.executable, mask)
        chmod("\(candidate.directory)/.config", mask & 0o666)
        return "6.12.117"
      }
      let paths = [kernel.directory, kernel.executable, "\(kernel.directory)/.config"]
      #expect(try paths.map { try FileStatus($0).permissions } == modes, "\(place) \(mask)")
      #expect(kernel.place == place)
      #expect(try cache.contents().map(\.objection) == [nil])
    }
  }

  @Test("a kernel that the cache holds is not built again, unless that is requested")
  func again() async throws {
    _ = try await make(version: "6.12")
    let second = try await make(version: "6.12") { _ in
      Issue.record("it was built again")
      return ""
    }
    #expect(second.release == "6.12.117")
    // It replaces the old one, which is gone.
    let third = try await make(version: "6.12", rebuild: true) { _ in "6.12.118" }
    #expect(third.release == "6.12.118")
    #expect(try names().count == 1 && cache.contents() == [third])
  }

  @Test("options that the source does not take are listed, and nothing is left")
  func lostOptions() async throws {
    try makefile(configure: "grep -v -e CONFIG_VETH -e CONFIG_IPV6 $(KCONFIG_ALLCONFIG) > $(O)/.config")
    let error = await #expect(throws: UserModeKernelError.self) { try await make() }
    #expect(error?.code == .unsupported)
    #expect(
      error?.message.contains("did not take CONFIG_IPV6=y, CONFIG_VETH=y;") == true, "\(String(describing: error))")
    #expect(try names().isEmpty)
  }

  @Test("a failed compilation shows the compiler's last lines and not the files that went well, and leaves nothing")
  func failedCompilation() async throws {
    try makefile(
      linux: "@echo '  CC      init/main.o'; echo 'net/x.c:1:1: error: unknown type' >&2; echo '  CC      a.o'; exit 1")
    let error = await #expect(throws: UserModeKernelError.self) { try await make() }
    #expect(error?.stage == "compile the kernel" && error?.code == .unsupported)
    #expect(error?.message.contains("net/x.c:1:1: error: unknown type") == true, "\(String(describing: error))")
    #expect(error?.message.contains("  CC ") == false)
    #expect(try names().isEmpty)
  }

  @Test("a kernel that does not boot never gets into the cache, and leaves the former one in its place")
  func failedBoot() async throws {
    struct Dead: Error {}
    await #expect(throws: Dead.self) { try await make { _ in throw Dead() } }
    #expect(try names().isEmpty)
    let good = try await make()
    await #expect(throws: Dead.self) { try await make { _ in throw Dead() } }
    #expect(try cache.contents() == [good] && names().count == 1)
  }

  @Test("an interrupted build ends with all that it has started, and leaves nothing")
  func interruption() async throws {
    try makefile(linux: "@echo $$$$ > $(O)/pid; sleep 1000 & sleep 1000; wait")
    let work = Task { try await make() }
    let file = "kernels/.build/objects/pid"
    var shell: Int32?
    let deadline = ContinuousClock.now + .seconds(60)
    while shell == nil, .now < deadline {
      try await Task.sleep(for: .milliseconds(10))
      shell = (try? scratch.text(file)).flatMap { Int32($0.filter(\.isNumber)) }
    }
    work.cancel()
    await #expect(throws: CancellationError.self) { try await work.value }
    #expect(try names().isEmpty)
    #expect(try !ProcessHandle.isAlive(#require(shell)))
  }

  @Test("builds at the same time take turns; the second finds what the first has built")
  func sideBySide() async throws {
    try makefile(linux: "@sleep 0.5; printf '#!/bin/sh\\n' > $(O)/linux; chmod +x $(O)/linux")
    let seen = Seen()
    try await withThrowingTaskGroup { group in
      for _ in 0..<3 {
        group.addTask {
          let kernel = try await make(version: "6.12") { _ in
            seen.boots.add(1, ordering: .relaxed)
            return "6.12.117"
          } report: { step in
            if step == .waiting { seen.waits.add(1, ordering: .relaxed) }
          }
          #expect(kernel.release == "6.12.117")
        }
      }
      try await group.waitForAll()
    }
    #expect(seen.boots.load(ordering: .relaxed) == 1 && seen.waits.load(ordering: .relaxed) == 2)
    #expect(try names().count == 1)
  }

  @Test("what a killed build left is removed by the next")
  func leftovers() async throws {
    try scratch.file("kernels/.build/objects/kernel/fork.o", "")
    try scratch.file("kernels/.build/objects.config", "")
    let kernel = try await make()
    #expect(try cache.contents() == [kernel] && names().count == 1)
  }

  @Test("a path that a Makefile cannot handle is refused before anything is done")
  func paths() async throws {
    let cache = KernelCache(directory: "\(scratch.path)/my kernels")
    let source = KernelSource(path: tree, isArchive: false, version: nil)
    let error = await #expect(throws: UserModeKernelError.self) {
      try await KernelBuild(source: source, cache: cache).run(report: { _ in }, boot: { _ in "" })
    }
    #expect(error?.code == .unsupported && error?.message.contains("XDG_CACHE_HOME") == true)
    #expect(access(cache.directory, F_OK) == -1)
  }
}
