// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A target of this package; `imports` are the only modules of ours, and of other packages, that it may use (`make lint`).
func target(_ name: String, _ imports: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
  .target(name: name, dependencies: imports, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ imports: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(name: "\(name)Tests", dependencies: imports, resources: resources, swiftSettings: strict)
}

// What the dynamic linker has to do is most of a start, in a guest above all. So the endpoint is linked statically, with
// the C library; the runner, whose netlink libraries come as shared ones only, at a fixed address. Tests link the same
// targets, as debug builds.
let staticProgram = LinkerSetting.unsafeFlags(["-static-executable"], .when(configuration: .release))
let fixedProgram = LinkerSetting.unsafeFlags(["-Xclang-linker", "-no-pie"], .when(configuration: .release))

let package = Package(
  name: "flatline",
  products: [
    .executable(name: "flatline", targets: ["flatline"]),
    .executable(name: "flatline-endpoint", targets: ["flatline-endpoint"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    // Subprocess takes paths as swift-system's FilePath.
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    // C: what Glibc's module map misses, and the system's libraries.
    .target(name: "CLinux"),
    .systemLibrary(name: "CNetlink", pkgConfig: "libnl-route-3.0", providers: [.apt(["libnl-route-3-dev"])]),
    .systemLibrary(name: "CNftables", pkgConfig: "libnftables", providers: [.apt(["libnftables-dev"])]),

    // Unsafe Swift: the only targets that import C.
    target("LinuxSystem", ["CLinux"]),
    target("LinuxNetwork", ["LinuxSystem", "CNetlink", "CNftables"]),

    // Pure: no I/O, no clock, no privilege.
    // Floating-point rounding comes from libm, which nothing else links where Foundation is not.
    .target(name: "Model", swiftSettings: strict, linkerSettings: [.linkedLibrary("m")]),
    target("JSON", ["Model"]),
    target("Detectors", ["Model"]),
    target("ScenarioReader", ["JSON", "Model", "Detectors", .product(name: "Yams", package: "Yams")]),
    target("Results", ["Model"]),
    target("Output", ["JSON", "Results", "Model"]),

    // The endpoint: no Foundation, no netlink library; starts in milliseconds.
    target("EndpointProtocol", ["Model"]),
    target("Endpoint", ["LinuxSystem", "Detectors", "EndpointProtocol", "Model"]),
    .executableTarget(
      name: "flatline-endpoint", dependencies: ["Endpoint", "LinuxSystem", "Model"], swiftSettings: strict,
      linkerSettings: [staticProgram]),

    // The runner.
    target("Lab", ["LinuxNetwork", "LinuxSystem", "Model"]),
    target(
      "UserModeKernel",
      [
        "LinuxSystem", "Model", .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      // A link to Kernel/flatline.config.
      resources: [.embedInCode("flatline.config")]),
    target(
      "Campaign",
      [
        "Lab", "UserModeKernel", "LinuxNetwork", "LinuxSystem", "EndpointProtocol", "Detectors", "Results",
        "ScenarioReader", "Model",
        .product(name: "Logging", package: "swift-log"),
      ]),
    .executableTarget(
      name: "flatline",
      dependencies: [
        "Campaign", "UserModeKernel", "Output", "JSON", "Results", "ScenarioReader", "Detectors", "Lab", "LinuxNetwork",
        "LinuxSystem", "Model",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict, linkerSettings: [fixedProgram]),

    // Speeds, measured as ratios in one run: `make bench`.
    .executableTarget(
      name: "flatline-benchmarks",
      dependencies: [
        "Campaign", "EndpointProtocol", "Lab", "LinuxNetwork", "LinuxSystem", "Results", "Model", "UserModeKernel",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Benchmarks", exclude: ["README.md"], swiftSettings: strict,
      linkerSettings: [fixedProgram]),

    // What tests of several targets share; for test targets only.
    .target(
      name: "TestSupport", dependencies: ["LinuxNetwork", "LinuxSystem"], path: "Tests/TestSupport",
      swiftSettings: strict),

    tests("Model", ["Model"]),
    tests("Detectors", ["Detectors", "Model"]),
    tests("JSON", ["JSON", "Model"]),
    tests("ScenarioReader", ["ScenarioReader", "JSON", "Detectors", "Model"]),
    tests("Results", ["Results", "Model"]),
    tests("Output", ["Output", "JSON", "Results", "Model"]),
    tests("EndpointProtocol", ["EndpointProtocol", "Model"]),
    tests("Endpoint", ["Endpoint", "EndpointProtocol", "LinuxNetwork", "LinuxSystem", "Model", "TestSupport"]),
    tests("LinuxSystem", ["LinuxSystem", "TestSupport"]),
    tests("LinuxNetwork", ["LinuxNetwork", "LinuxSystem", "TestSupport"]),
    tests("UserModeKernel", ["UserModeKernel", "LinuxSystem", "Model", "TestSupport"]),
    tests("Lab", ["Lab", "LinuxNetwork", "LinuxSystem", "Model", "TestSupport"]),
    tests(
      "Campaign",
      [
        "Campaign", "UserModeKernel", "Lab", "LinuxNetwork", "EndpointProtocol", "Results", "ScenarioReader",
        "LinuxSystem", "Model", "TestSupport", .product(name: "Logging", package: "swift-log"),
      ]),
    tests(
      "CommandLine",
      [
        "flatline", "flatline-endpoint", "LinuxNetwork", "LinuxSystem", "Model", "Results", "TestSupport",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
