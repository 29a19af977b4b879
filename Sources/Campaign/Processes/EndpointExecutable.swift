import Glibc
import LinuxSystem

/// Where `flatline-endpoint` is: beside the running executable, where the build and `make install` put it.
public enum EndpointExecutable {
  public static var path: String {
    let own = (try? CurrentProcess.executablePath()) ?? "."
    return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
      + "/flatline-endpoint"
  }

  public static var isThere: Bool { access(path, X_OK) == 0 }
}
