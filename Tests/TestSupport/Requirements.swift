import LinuxNetwork
import LinuxSystem
import Testing

// What tests need; where it is missing, they are skipped with the reason.
extension Trait where Self == ConditionTrait {
  /// Namespaces of the network are created as root only.
  public static var needsNamespaces: Self {
    .enabled(if: CurrentProcess.effectiveUser == 0, "creating network namespaces needs root")
  }

  /// Root, to do `what`.
  public static func needsRoot(_ what: Comment) -> Self {
    .enabled(if: CurrentProcess.effectiveUser == 0, what)
  }

  public static var needsNetem: Self { .enabled(if: Machine.has(.netem), "this kernel has no sch_netem") }

  public static var needsTokenBucket: Self { .enabled(if: Machine.has(.tokenBucket), "this kernel has no sch_tbf") }

  public static var needsCPUGroups: Self { .enabled(if: Machine.has(.cpuCgroup), "needs a writable cpu cgroup") }

  public static var needsEndpointProgram: Self {
    .enabled(if: BuiltProgram.endpoint.isBuilt, "needs flatline-endpoint")
  }
}

/// What this machine can do, as `flatline doctor` tells it.
public enum Machine {
  private static let report = FeatureReport.probe()

  public static func has(_ feature: Feature) -> Bool { report.has(feature) }
}
