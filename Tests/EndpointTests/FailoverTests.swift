import Endpoint
import EndpointProtocol
import Model
import Testing

@Suite("Failing over to a backup")
struct FailoverTests {
  static let settings = DetectorSettings.requestTimeout(RequestTimeoutSettings(timeout: .milliseconds(300)))
  static let workload = Workload.requests(every: .milliseconds(50), timeout: .milliseconds(200))

  @Test("the workload goes on at the backup, on the same schedule")
  func failover() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let (_, backup) = try bench.server()
      let client = try bench.client(
        to: address, backup: backup, settings: Self.settings, workload: Self.workload)
      let start = try client.begin()
      sleep(.milliseconds(150))
      try server.saturate()
      let declaration = try client.declared()
      let failedOver = try client.failedOver()
      #expect(failedOver > declaration.at)
      sleep(.milliseconds(300))
      let requests = try client.finish().requests
      for (index, request) in requests.enumerated() {
        #expect(request.sentAt >= start + .milliseconds(50) * index)
      }
      #expect(requests.contains { $0.sentAt < declaration.at && $0.answeredAt == nil })
      #expect(requests.contains { $0.sentAt > failedOver && $0.answeredAt != nil })
    }
  }

  @Test("an idle client fails over, too")
  func idle() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let (_, backup) = try bench.server()
      let client = try bench.client(to: address, backup: backup)
      try client.begin()
      sleep(.milliseconds(50))
      try server.send(.quit)
      let declaration = try client.declared()
      #expect(try client.failedOver() > declaration.at)
      #expect(try client.finish().requests.isEmpty)
    }
  }

  @Test("a backup that refuses is a failed failover, and its reason is told")
  func refused() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let (other, backup) = try bench.server()
      let client = try bench.client(
        to: address, backup: backup, settings: Self.settings, workload: Self.workload)
      try other.send(.quit)
      #expect(try other.next() == nil)
      try client.begin()
      sleep(.milliseconds(50))
      try server.send(.quit)
      let declaration = try client.declared()
      let failure = try client.failoverFailed()
      #expect(failure.reason == "ECONNREFUSED")
      sleep(.milliseconds(100))
      let later = try client.finish().requests.filter { $0.sentAt > failure.at }
      #expect(failure.at > declaration.at)
      #expect(!later.isEmpty)
      #expect(later.allSatisfy { $0.answeredAt == nil })
    }
  }

  @Test("a backup that does not answer is a failed failover; finish waits for that verdict")
  func silent() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let (other, backup) = try bench.server()
      let client = try bench.client(to: address, backup: backup)
      try client.begin()
      sleep(.milliseconds(50))
      try other.saturate()
      try server.send(.quit)
      let declaration = try client.declared()
      try client.send(.finish)
      let failure = try client.failoverFailed()
      #expect(failure.at - declaration.at >= .seconds(2))
      _ = try client.expect("finished") { if case .finished(let at, _) = $0 { at } else { nil } }
    }
  }

  @Test("without a backup the requests after the declaration are sent to nobody, and lost")
  func noBackup() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let client = try bench.client(to: address, workload: Self.workload)
      try client.begin()
      sleep(.milliseconds(150))
      try server.send(.quit)
      let declaration = try client.declared()
      sleep(.milliseconds(300))
      let (requests, _, _) = try client.finish()
      let later = requests.filter { $0.sentAt > declaration.at }
      #expect(later.count >= 3)
      #expect(later.allSatisfy { $0.answeredAt == nil })
    }
  }
}
