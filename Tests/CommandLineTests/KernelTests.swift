import Glibc
import LinuxSystem
import TestSupport
import Testing

@Suite("flatline kernel")
struct KernelTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Runs flatline with a cache of this test's own.
  private func flatline(_ arguments: String..., environment: [String] = []) async throws -> Tool.Result {
    try await Tool.run(
      ["env", "XDG_CACHE_HOME=\(scratch.path)"] + environment + ["\(Tool.folder)/flatline", "kernel"] + arguments)
  }

  @Test("an empty cache lists nothing, and says what fills it")
  func emptyList() async throws {
    let table = try await flatline("list")
    #expect(table.status == 0 && table.output.isEmpty)
    #expect(
      table.errors.contains(
        "\(scratch.path)/flatline/kernels or /var/lib/flatline/kernels; flatline kernel build makes one"))
    let json = try await flatline("list", "--format", "json")
    #expect(json.status == 0 && json.output.filter { !$0.isWhitespace }.contains("\"kernels\":[]"))
  }

  @Test("a kernel that is not there is something this machine lacks, and the command that builds it is named")
  func path() async throws {
    let any = try await flatline("path")
    #expect(any.status == 69 && any.output.isEmpty && any.errors.contains("build it: flatline kernel build"))
    let other = try await flatline("path", "--kernel", "6.1")
    #expect(other.status == 69 && other.errors.contains("flatline kernel build --version 6.1"))
  }

  @Test("a kernel of other options is listed as stale and never chosen")
  func stale() async throws {
    let folder = "\(scratch.path)/flatline/kernels/6.12-00000000"
    #expect(try await Tool.run(["mkdir", "-p", folder]).status == 0)
    try OwnedDescriptor.open("\(folder)/linux", flags: O_WRONLY | O_CREAT, mode: 0o755).writeAll([])
    try OwnedDescriptor.open("\(folder)/about", flags: O_WRONLY | O_CREAT).writeAll(
      Array("version: 6.12\nrelease: 6.12.117\nfragment: 00000000\nsource: /x\nbuilt: then\n".utf8))
    defer { DirectoryRemoval.remove("\(scratch.path)/flatline") }
    let table = try await flatline("list")
    #expect(table.status == 0 && table.output.contains("6.12    6.12.117") && table.output.contains("stale"))
    #expect(try await flatline("list", "--format", "json").output.contains("\"stale\": true"))
    let path = try await flatline("path")
    #expect(path.status == 69 && path.errors.contains("was built with other options"))
  }

  /// A kernel as far as a list looks at it, of the options of this build: those of the kernel that is there.
  private func copyKernel(to place: String) async throws {
    let kernel = try #require(try await Tool.run("kernel", "path").output.split(separator: "\n").first)
    let copied = try await Tool.run(["sh", "-c", "mkdir -p \(place) && cp -r \"$(dirname \(kernel))\" \(place)"])
    #expect(copied.status == 0, "\(copied.errors)")
  }

  @Test("a kernel of FLATLINE_KERNELS is found without a cache, and shown with its place")
  func namedPlace() async throws {
    let place = "\(scratch.path)/kernels"
    try await copyKernel(to: place)
    defer { DirectoryRemoval.remove(place) }
    let variable = ["FLATLINE_KERNELS=/nowhere:\(place)"]
    let path = try await flatline("path", environment: variable)
    #expect(path.status == 0 && path.output.hasPrefix("\(place)/"), "\(path.errors)")
    let list = try await flatline("list", environment: variable)
    #expect(list.output.contains("\(place)/") && list.output.contains("(named by FLATLINE_KERNELS)"))
    let relative = try await flatline("list", environment: ["FLATLINE_KERNELS=kernels"])
    #expect(relative.status == 64 && relative.errors.contains("kernels is not an absolute path"))
    // Anybody could put another program there.
    chmod(place, 0o777)
    let refused = try await flatline("path", environment: variable)
    #expect(refused.status == 69 && refused.errors.contains("every user may write to \(place)"), "\(refused.errors)")
    #expect(try await flatline("list", environment: variable).output.contains("refused: every user may write"))
  }

  @Test(
    "a system-wide kernel is found by every user, who runs on it without any of their own",
    .enabled("mounting takes CAP_SYS_ADMIN") { CurrentProcess.canAdministerSystem })
  func systemWide() async throws {
    let place = "\(scratch.path)/kernels"
    try await copyKernel(to: place)
    defer { DirectoryRemoval.remove(place) }
    let scenario = try scratch.file("s.yaml", quickScenario())
    let result = try await Tool.run([
      "unshare", "--mount", "sh", "-c",
      """
      mount -t tmpfs tmpfs /var/lib && mkdir -p /var/lib/flatline && cp -r \(place) /var/lib/flatline/ || exit 99
      unset HOME XDG_CACHE_HOME FLATLINE_KERNELS
      user="setpriv --reuid 65534 --regid 65534 --clear-groups \(try Tool.folder)/flatline"
      $user kernel list && $user run --clock virtual -o \(scratch.path)/rows.csv \(scenario)
      """,
    ])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("/var/lib/flatline/kernels/") && result.output.contains("(system-wide)"))
    #expect(result.output.contains("rows: \(scratch.path)/rows.csv"))
  }

  @Test(
    "build --system says what it takes where the place cannot be written",
    .enabled(if: geteuid() == 0, "takes root to become another"))
  func systemWithoutRoot() async throws {
    // A tree that is enough to begin with, and programs that are all there.
    let tools = "\(scratch.path)/tools"
    mkdir(tools, 0o755)
    defer { DirectoryRemoval.remove(tools) }
    for tool in ["gcc", "make", "flex", "bison", "bc", "xz", "tar"] { symlink("/bin/true", "\(tools)/\(tool)") }
    let archive = try scratch.file("linux.tar.xz", "")
    let result = try await Tool.run([
      "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "env", "PATH=\(tools)",
      "\(try Tool.folder)/flatline", "kernel", "build", "--system", "--source", archive,
    ])
    #expect(result.status == 74, "\(result.errors)")
    #expect(result.errors.contains("/var/lib/flatline") && result.errors.contains("run it as root"), "\(result.errors)")
  }

  @Test("build refuses what makes no sense before it does anything")
  func build() async throws {
    let unknown = try await flatline("build", "--version", "6.6")
    #expect(unknown.status == 64 && unknown.errors.contains("give the source of another version with --source"))
    #expect(try await flatline("build", "--version", "6.12", "--source", "/x").status == 64)
    let missing = try await flatline("build", "--source", "/nowhere")
    #expect(missing.status == 74 && missing.errors.contains("/nowhere"))
    let wrong = try await flatline("build", "--source", scratch.path)
    #expect(wrong.status == 64 && wrong.errors.contains("it is not a Linux source"))
    #expect(try DirectoryListing.names(in: scratch.path).isEmpty)
  }

  @Test("build names the packages of the programs that are missing, for a shell")
  func tools() async throws {
    let archive = try scratch.file("linux.tar.xz", "")
    let result = try await flatline("build", "--source", archive, environment: ["PATH=/nowhere"])
    #expect(result.status == 69)
    #expect(result.errors.contains("apt-get install --no-install-recommends gcc make flex bison bc xz-utils tar"))
  }

  @Test(
    "a disk that gets full during a build is told as such, with what the compiler said, and nothing is left",
    .enabled("mounting takes CAP_SYS_ADMIN, and building gcc, make, flex, bison and bc") {
      let tools = try await Tool.run(["sh", "-c", "command -v gcc make flex bison bc"])
      return CurrentProcess.canAdministerSystem && tools.status == 0
    })
  func fullDisk() async throws {
    let tree = "\(scratch.path)/tree"
    #expect(try await Tool.run(["mkdir", "-p", "\(tree)/arch/um", "\(scratch.path)/small"]).status == 0)
    defer { for name in ["tree", "small"] { DirectoryRemoval.remove("\(scratch.path)/\(name)") } }
    _ = try scratch.file("tree/arch/um/Makefile", "")
    _ = try scratch.file(
      "tree/Makefile",
      """
      VERSION = 6
      PATCHLEVEL = 12
      allnoconfig:
      \tmkdir -p $(O)
      \tcp $(KCONFIG_ALLCONFIG) $(O)/.config
      linux:
      \tdd if=/dev/zero of=$(O)/linux bs=1M

      """)
    let result = try await Tool.run([
      "unshare", "--mount", "sh", "-c",
      """
      mount -t tmpfs -o size=220M tmpfs \(scratch.path)/small || exit 99
      XDG_CACHE_HOME=\(scratch.path)/small \(Tool.folder)/flatline kernel build --source \(tree)
      status=$?
      ls -A \(scratch.path)/small/flatline/kernels
      exit $status
      """,
    ])
    #expect(result.status == 74 && result.output.isEmpty)
    #expect(result.errors.contains("is full: 0 MiB free; free space, or set XDG_CACHE_HOME"), "\(result.errors)")
    #expect(result.errors.contains("No space left on device"))
  }

  @Test("without a home and a cache, it says which variable to set")
  func home() async throws {
    let result = try await Tool.run([
      "env", "-u", "HOME", "-u", "XDG_CACHE_HOME", "\(Tool.folder)/flatline", "kernel", "path", "--kernel", "5.4",
    ])
    #expect(result.status == 69 && result.errors.contains("set one of them"))
  }
}
