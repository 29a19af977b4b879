import TestSupport
import Testing

@testable import UserModeKernel

@Suite("The programs that a build takes")
struct BuildToolsTests {
  private let archive = KernelSource(path: "/usr/src/linux-source-6.12.tar.xz", isArchive: true, version: "6.12")
  private let tree = KernelSource(path: "/usr/src/linux", isArchive: false, version: nil)

  @Test("each one that is missing is named by its package")
  func missing() async throws {
    let all = ["gcc", "make", "flex", "bison", "bc", "xz-utils", "tar"]
    #expect(await BuildTools.missingPackages(for: archive, path: "/nowhere") == all)
    let scratch = try Scratch()
    for name in ["make", "flex", "tar"] { try scratch.file("bin/\(name)", "", mode: 0o755) }
    // A file that cannot be executed does not count.
    try scratch.file("bin/bc", "", mode: 0o644)
    let path = "/nowhere:\(scratch.path)/bin"
    #expect(await BuildTools.missingPackages(for: archive, path: path) == ["gcc", "bison", "bc", "xz-utils"])
  }

  @Test("a tree needs neither tar nor xz")
  func ofTree() async {
    #expect(await BuildTools.missingPackages(for: tree, path: "/nowhere") == ["gcc", "make", "flex", "bison", "bc"])
  }

  @Test("a compiler that cannot compile lacks the C library's headers")
  func headers() async throws {
    let scratch = try Scratch()
    for name in ["make", "flex", "bison", "bc"] { try scratch.file("\(name)", "", mode: 0o755) }
    try scratch.file("gcc", "#!/bin/sh\nexit 1\n", mode: 0o755)
    #expect(await BuildTools.missingPackages(for: tree, path: scratch.path) == ["libc6-dev"])
    try scratch.file("gcc", "#!/bin/sh\nexit 0\n", mode: 0o755)
    #expect(await BuildTools.missingPackages(for: tree, path: scratch.path).isEmpty)
  }

  @Test("the line that installs them is for a shell")
  func install() {
    #expect(BuildTools.install(["bc", "flex"]).hasSuffix("apt-get install --no-install-recommends bc flex"))
  }
}
