import Glibc
import LinuxSystem
import Testing

@testable import UserModeKernel

@Suite("The kernel's options")
struct KernelFragmentTests {
  @Test("the executable contains exactly the file in Kernel/")
  func embedded() throws {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    let file = try OwnedDescriptor.open("\(root)/Kernel/flatline.config").readToEnd()
    #expect(KernelFragment.current.text == String(decoding: file, as: UTF8.self))
  }

  @Test("no option is set twice, and all are set to y")
  func unique() {
    let options = KernelFragment.current.options
    #expect(options.count > 50)
    #expect(Set(options.map(\.name)).count == options.count)
    #expect(options.allSatisfy { $0.value == "y" })
  }

  @Test(
    "the options that the virtual clock needs are among them",
    arguments: [
      "UML_TIME_TRAVEL_SUPPORT", "HOSTFS", "NET_NS", "VETH", "TUN", "IFB", "BRIDGE", "PACKET", "NF_TABLES",
      "NF_CT_NETLINK",
      "NF_NAT", "NFT_MASQ", "NFT_REJECT", "INET_DIAG_DESTROY", "NET_SCH_NETEM", "NET_SCH_TBF", "NET_SCH_HTB",
      "NET_SCH_PRIO", "NET_SCH_INGRESS", "NET_CLS_U32", "NET_CLS_MATCHALL", "NET_CLS_BPF", "NET_ACT_MIRRED",
      "NET_ACT_GACT",
      "CFS_BANDWIDTH", "IPV6", "HIGH_RES_TIMERS", "NO_HZ_IDLE", "IKCONFIG_PROC", "PROC_FS", "DEVTMPFS", "NULL_CHAN",
    ])
  func needed(name: String) {
    #expect(KernelFragment.current.options.contains { $0.name == "CONFIG_\(name)" })
  }

  @Test(
    "the hash changes with an option of the version, and not with a comment, the order, or another version's option")
  func hash() {
    func hash(_ text: String) -> String { KernelFragment(text).hash(of: "6.12") }
    let one = hash("CONFIG_A=y\nCONFIG_B=y\n")
    #expect(one.count == 8)
    #expect(hash("# why\n\nCONFIG_B=y\nCONFIG_A=y\n") == one)
    #expect(hash("# until 6.8\nCONFIG_OLD=y\n\nCONFIG_B=y\nCONFIG_A=y\n") == one)
    #expect(hash("CONFIG_A=y\n") != one)
    #expect(hash("CONFIG_A=y\nCONFIG_B=m\n") != one)
    #expect(hash("# since 6.12\nCONFIG_NEW=y\n\nCONFIG_B=y\nCONFIG_A=y\n") != one)
  }

  @Test("options that Kconfig dropped are named: unset, absent or set to something else")
  func lost() {
    let fragment = KernelFragment("CONFIG_A=y\nCONFIG_B=y\nCONFIG_C=y\nCONFIG_D=y\n")
    let result = "CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=m\nCONFIG_DD=y\n"
    #expect(fragment.lost(in: result, version: "6.12") == ["CONFIG_B=y", "CONFIG_C=y", "CONFIG_D=y"])
    #expect(fragment.lost(in: "CONFIG_D=y\nCONFIG_C=y\nCONFIG_B=y\nCONFIG_A=y\n", version: "6.12").isEmpty)
  }

  @Test("an option is asked only of the versions that have it, up to the next empty line")
  func versions() {
    let fragment = KernelFragment("# since 6.4\nCONFIG_NEW=y\n\n# until 6.8\n# why\nCONFIG_OLD=y\n\nCONFIG_ALL=y\n")
    #expect(fragment.lost(in: "", version: "6.1") == ["CONFIG_OLD=y", "CONFIG_ALL=y"])
    #expect(fragment.lost(in: "", version: "6.4") == ["CONFIG_NEW=y", "CONFIG_OLD=y", "CONFIG_ALL=y"])
    #expect(fragment.lost(in: "", version: "6.8") == ["CONFIG_NEW=y", "CONFIG_OLD=y", "CONFIG_ALL=y"])
    #expect(fragment.lost(in: "", version: "6.12") == ["CONFIG_NEW=y", "CONFIG_ALL=y"])
  }
}
