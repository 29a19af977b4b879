import Glibc
import LinuxSystem
import Subprocess
import SystemPackage

/// The programs that are needed to build a kernel, and the Debian packages that contain them.
enum BuildTools {
  private static let packages: KeyValuePairs = [
    "gcc": "gcc", "make": "make", "flex": "flex", "bison": "bison", "bc": "bc", "xz": "xz-utils", "tar": "tar",
  ]
  /// The package without which no C program can be compiled.
  private static let headers = "libc6-dev"

  /// The packages whose programs are not in the directories of `path`; also `libc6-dev` if the compiler cannot compile.
  static func missingPackages(
    for source: KernelSource, path: String = CurrentProcess.environment("PATH") ?? ""
  ) async -> [String] {
    var missing: [String] = []
    for (program, package) in packages where isNeeded(program, for: source) && !isThere(program, in: path) {
      missing.append(package)
    }
    if !missing.contains("gcc"), await !canCompile(path: path) { missing.append(headers) }
    return missing
  }

  /// The command that installs packages.
  static func install(_ packages: [String]) -> String {
    let root = CurrentProcess.effectiveUser == 0 ? "" : "sudo "
    return "\(root)apt-get install --no-install-recommends \(packages.joined(separator: " "))"
  }

  private static func isNeeded(_ program: String, for source: KernelSource) -> Bool {
    switch program {
    case "tar": source.isArchive
    case "xz": source.isArchive && source.path.hasSuffix("xz")
    default: true
    }
  }

  private static func isThere(_ program: String, in path: String) -> Bool {
    path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
  }

  /// Whether a compiler understands an empty program that includes a header of the C library. The answer is no only if
  /// the compiler refuses; a compiler that could not be run now says nothing about headers.
  private static func canCompile(path: String) async -> Bool {
    do {
      let result = try await Subprocess.run(
        .name("gcc"), arguments: ["-include", "stdio.h", "-x", "c", "-fsyntax-only", "/dev/null"],
        environment: .custom(["PATH": path]), output: .discarded)
      if case .exited(let code) = result.terminationStatus { return code == 0 }
      return true
    } catch {
      return true
    }
  }
}
