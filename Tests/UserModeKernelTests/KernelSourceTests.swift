import TestSupport
import Testing

@testable import UserModeKernel

@Suite("Where a kernel's source is")
struct KernelSourceTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test("Debian's archive comes before what was unpacked beside it, and 6.12 before 6.1")
  func installed() throws {
    try scratch.file("linux-source-6.1.tar.xz", "")
    #expect(try KernelSource.installed(version: nil, in: scratch.path).version == "6.1")
    scratch.folder("linux-source-6.12")
    let tree = try KernelSource.installed(version: nil, in: scratch.path)
    #expect(tree.path == "\(scratch.path)/linux-source-6.12" && !tree.isArchive && tree.version == "6.12")
    try scratch.file("linux-source-6.12.tar.xz", "")
    let archive = try KernelSource.installed(version: nil, in: scratch.path)
    #expect(archive.path == "\(scratch.path)/linux-source-6.12.tar.xz" && archive.isArchive)
  }

  @Test("for a source that is not installed, the package to install is named")
  func notInstalled() {
    for (version, package) in [(nil, "linux-source-6.12"), ("6.1", "linux-source-6.1")] {
      let error = #expect(throws: UserModeKernelError.self) {
        try KernelSource.installed(version: version, in: scratch.path)
      }
      #expect(error?.code == .unsupported)
      #expect(
        error?.message.contains("apt-get install --no-install-recommends \(package),") == true,
        "\(String(describing: error))")
    }
  }

  @Test("a version without a package is a usage error")
  func unknown() {
    let error = #expect(throws: UserModeKernelError.self) { try KernelSource.installed(version: "6.6") }
    #expect(error?.code == .usage && error?.message.contains("--source") == true)
  }

  @Test("a folder that holds no Linux, and a file that is not there, are refused")
  func named() throws {
    #expect(throws: UserModeKernelError.self) { try KernelSource.named(scratch.path) }
    let missing = #expect(throws: UserModeKernelError.self) { try KernelSource.named("\(scratch.path)/none") }
    #expect(missing?.code == .inputOutput)
    try scratch.file("arch/um/Makefile", "")
    #expect(try !KernelSource.named(scratch.path).isArchive)
    #expect(try KernelSource.named(scratch.file("x.tar.xz", "")).isArchive)
  }

  @Test("the version is read from Linux's Makefile")
  func version() throws {
    try scratch.file("Makefile", "# SPDX\nVERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 117\nEXTRAVERSION =\n")
    #expect(try KernelSource.version(ofTree: scratch.path) == "6.12")
    try scratch.file("Makefile", "all:\n")
    #expect(throws: UserModeKernelError.self) { try KernelSource.version(ofTree: scratch.path) }
  }
}
