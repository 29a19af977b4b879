import Model
import Testing

@Suite("What mechanisms are like")
struct DetectorTraitsTests {
  private func heartbeat(_ transport: Pinging.Transport) -> DetectorSettings {
    .heartbeat(
      HeartbeatSettings(interval: .seconds(1), timeout: .seconds(3), pinging: Pinging(transport: transport)))
  }

  @Test("heartbeats wait for answers; over UDP they pass beside the connection, and have no spacing on it")
  func heartbeats() {
    let tcp = heartbeat(.tcp).traits
    #expect(tcp.signOfLife == .answers && !tcp.judgesBesideConnection && tcp.spacing == .seconds(1))
    let udp = heartbeat(.udp).traits
    #expect(udp.judgesBesideConnection && udp.speaksBesideConnection && udp.spacing == nil)
  }

  @Test("keepalive's spacing is the longer of its times, and the kernel's timer wheel rounds it")
  func keepalive() {
    let traits = DetectorSettings.keepalive(
      KeepaliveSettings(idle: .seconds(5), interval: .seconds(9), probes: 2)
    ).traits
    #expect(traits.spacing == .seconds(9) && traits.isTimedByKernel && traits.signOfLife == .segments)
  }

  @Test("monitors judge beside the connection, and send nothing")
  func monitors() {
    for settings in [DetectorSettings.linkMonitor, .routeMonitor] {
      #expect(settings.traits.judgesBesideConnection && !settings.traits.speaksBesideConnection)
    }
  }
}
