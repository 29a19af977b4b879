import Endpoint
import EndpointProtocol
import Model
import TestSupport
import Testing

@Suite("Failing over")
struct FailoverTests {
  static let settings = DetectorSettings.requestTimeout(RequestTimeoutSettings(timeout: .milliseconds(300)))
  static let toBackup = FailoverPolicy(target: .backup)
  static let workload = Workload.requests(every: .milliseconds(50), timeout: .milliseconds(200))

  @Test("the workload goes on at the backup, on the same schedule")
  func failover() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let (_, backup) = try bench.server()
      let client = try bench.client(
        to: address, backup: backup, settings: Self.settings, workload: Self.workload, failover: Self.toBackup)
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
      let client = try bench.client(to: address, backup: backup, failover: Self.toBackup)
      try client.begin()
      sleep(.milliseconds(50))
      try server.send(.quit)
      let declaration = try client.declared()
      #expect(try client.failedOver() > declaration.at)
      #expect(try client.finish().requests.isEmpty)
    }
  }

  @Test("a backup that refuses is tried repeatedly; twenty failures are reported, all are counted")
  func refused() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let client = try bench.client(
        to: address, backup: try bench.deserted(), workload: Self.workload, failover: Self.toBackup, clients: 2)
      try client.begin()
      sleep(.milliseconds(50))
      try server.send(.quit)
      let declaration = try client.declared()
      let failures = try (0..<20).map { _ in try client.failoverFailed() }
      #expect(failures.allSatisfy { $0.reason == "ECONNREFUSED" })
      // The n-th attempt starts 10 ms x (n - 1) after the first at the earliest.
      for (index, failure) in failures.enumerated() {
        #expect(failure.at >= declaration.at + .milliseconds(10) * index)
      }
      #expect(client.isSilent(for: .milliseconds(300)))
      let ending = try client.finish()
      let later = ending.requests.filter { $0.sentAt > failures[0].at }
      #expect(!later.isEmpty)
      #expect(later.allSatisfy { $0.answeredAt == nil })
      #expect(ending.failures.isEmpty)
      let herd = try #require(ending.herd)
      #expect(herd.failedAttempts > 40, "those of both clients, including those not reported")
      #expect(herd.failedOver == 0)
    }
  }

  @Test("a backup that starts late is finally reached, once")
  func late() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let backup = try bench.deserted()
      let policy = FailoverPolicy(
        target: .backup, retry: .backoff(initial: .milliseconds(40), longest: .milliseconds(200), jitter: 0))
      let client = try bench.client(to: address, backup: backup, workload: Self.workload, failover: policy)
      try client.begin()
      sleep(.milliseconds(50))
      try server.send(.quit)
      let declaration = try client.declared()
      let first = try client.failoverFailed()
      #expect(first.at - declaration.at >= .milliseconds(40), "it waits before the first attempt, too")
      #expect(try client.failoverFailed().at - first.at >= .milliseconds(80))
      let started = now()
      _ = try bench.server(port: backup.port)
      var event = try #require(try client.next())
      while case .failoverFailed = event { event = try #require(try client.next()) }
      guard case .failedOver(let at) = event else { throw TestFailure("expected failed-over, got \(event.line)") }
      #expect(at > started)
      sleep(.milliseconds(200))
      let ending = try client.finish()
      #expect(ending.requests.contains { $0.sentAt > at && $0.answeredAt != nil }, "the workload goes on")
      #expect(ending.failedOverAt == nil, "it is reported once")
    }
  }

  @Test("a client can return to the same server; an attempt has its timeout")
  func sameServer() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let policy = FailoverPolicy(target: .server, attemptTimeout: .milliseconds(150))
      let client = try bench.client(
        to: address, settings: Self.settings, workload: Self.workload, failover: policy)
      try client.begin()
      sleep(.milliseconds(100))
      try server.saturate()
      let declaration = try client.declared()
      let failure = try client.failoverFailed()
      #expect(failure.at - declaration.at >= .milliseconds(150))
      #expect(failure.reason == "no answer within 150ms")
      #expect(try client.failoverFailed().at - failure.at >= .milliseconds(150))
      try server.relieve()
      var event = try #require(try client.next())
      while case .failoverFailed = event { event = try #require(try client.next()) }
      guard case .failedOver = event else { throw TestFailure("expected failed-over, got \(event.line)") }
    }
  }

  @Test("without a policy no failover follows, even if there is a backup")
  func noPolicy() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let (_, backup) = try bench.server()
      let client = try bench.client(to: address, backup: backup, workload: Self.workload)
      try client.begin()
      sleep(.milliseconds(50))
      try server.send(.quit)
      let declaration = try client.declared()
      #expect(client.isSilent(for: .milliseconds(200)))
      let ending = try client.finish()
      #expect(ending.failedOverAt == nil)
      let later = ending.requests.filter { $0.sentAt >= declaration.at }
      #expect(!later.isEmpty && later.allSatisfy { $0.answeredAt == nil })
    }
  }

  @Test("finish does not wait for an attempt that has not begun")
  func finishWhileWaiting() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let policy = FailoverPolicy(
        target: .server, retry: .backoff(initial: .seconds(3600), longest: .seconds(3600), jitter: 0))
      let client = try bench.client(to: address, failover: policy)
      try client.begin()
      sleep(.milliseconds(50))
      try server.send(.quit)
      _ = try client.declared()
      let ending = try client.finish()
      #expect(ending.failures.isEmpty)
      #expect(ending.failedOverAt == nil)
    }
  }

  @Test("messages go on at the backup, too")
  func trickle() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let backup = try HandmadeServer()
      let workload = Workload.trickle(every: .milliseconds(20))
      let client = try bench.client(
        to: address, backup: backup.address, workload: workload, failover: Self.toBackup)
      try client.begin()
      sleep(.milliseconds(100))
      try server.send(.quit)
      let declaration = try client.declared()
      let connection = try backup.welcome()
      #expect(try client.failedOver() > declaration.at)
      let (first, second) = (try connection.next(.message), try connection.next(.message))
      #expect(first.sequence > 0)
      #expect(second.sequence == first.sequence + 1)
    }
  }

  @Test("a backup that does not answer is a failed failover; finish waits for that verdict")
  func silent() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let (other, backup) = try bench.server()
      let client = try bench.client(to: address, backup: backup, failover: Self.toBackup)
      try client.begin()
      sleep(.milliseconds(50))
      try other.saturate()
      try server.send(.quit)
      let declaration = try client.declared()
      try client.send(.finish)
      let failure = try client.failoverFailed()
      #expect(failure.at - declaration.at >= .seconds(2))
      // All attempts are counted, those reported and those beyond the limit of reports.
      let failures = try client.expect("the sum") {
        if case .herd(_, _, _, let failedAttempts) = $0 { failedAttempts } else { nil }
      }
      #expect(failures == 1)
      _ = try client.expect("finished") { if case .finished(let at, _) = $0 { at } else { nil } }
    }
  }

  @Test("without a backup the requests after the declaration are not sent, and count as lost")
  func noBackup() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let client = try bench.client(to: address, workload: Self.workload)
      try client.begin()
      sleep(.milliseconds(150))
      try server.send(.quit)
      let declaration = try client.declared()
      sleep(.milliseconds(300))
      let requests = try client.finish().requests
      let later = requests.filter { $0.sentAt > declaration.at }
      #expect(later.count >= 3)
      #expect(later.allSatisfy { $0.answeredAt == nil })
    }
  }
}
