import Endpoint
import EndpointProtocol
import Model
import Testing

@Suite("The workload's requests")
struct RequestTests {
  @Test("requests are sent on an absolute schedule, and every one is reported")
  func schedule() async throws {
    try await onThread { bench in
      let (_, address) = try bench.server()
      let every = Duration.milliseconds(20)
      let client = try bench.client(to: address, workload: .requests(every: every, timeout: .seconds(10)))
      let start = try client.begin()
      sleep(.milliseconds(500))
      let ending = try client.finish()
      let (requests, end, lag) = (ending.requests, ending.at, ending.lag)
      #expect(requests.count >= 10)
      for (index, request) in requests.enumerated() {
        let due = start + every * index
        #expect(request.sentAt >= due)
        #expect(request.sentAt - due <= lag + .seconds(1), "lag is the worst lateness, except for the send itself")
        #expect(try #require(request.answeredAt) > request.sentAt)
      }
      // No drift: as many were sent as were due.
      #expect(requests.count <= Int((end - start).inNanoseconds / every.inNanoseconds) + 1)
      #expect(lag > .zero)
    }
  }

  @Test("finish waits for what is outstanding, and gives it up after the workload's timeout")
  func finishWaits() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let timeout = Duration.milliseconds(600)
      let client = try bench.client(
        to: address, workload: .requests(every: .milliseconds(50), timeout: timeout))
      try client.begin()
      sleep(.milliseconds(100))
      try server.saturate()
      sleep(.milliseconds(200))
      let ending = try client.finish()
      let (requests, end) = (ending.requests, ending.at)
      let last = try #require(requests.last)
      #expect(last.answeredAt == nil)
      #expect(end >= last.sentAt + timeout)
    }
  }

  @Test("finish waits for an answer that is only late")
  func finishWaitsForAnswer() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let client = try bench.client(
        to: address, workload: .requests(every: .milliseconds(50), timeout: .seconds(60)))
      try client.begin()
      sleep(.milliseconds(100))
      try server.saturate()
      sleep(.milliseconds(200))
      try client.send(.finish)
      #expect(client.isSilent(for: .milliseconds(200)))
      try server.relieve()
      let requests = try client.finish().requests
      #expect(!requests.isEmpty)
      #expect(requests.allSatisfy { $0.answeredAt != nil })
    }
  }

  @Test("an answer after the request's timeout does not count")
  func tooLate() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let client = try bench.client(
        to: address, workload: .requests(every: .milliseconds(20), timeout: .milliseconds(100)))
      try client.begin()
      sleep(.milliseconds(100))
      let fault = try server.saturate()
      sleep(.milliseconds(500))
      let heal = try server.relieve()
      try client.send(.healed(at: heal.after))
      #expect(try client.recovered() > heal.after)
      let requests = try client.finish().requests
      let lost = requests.filter { $0.sentAt > fault.after && $0.sentAt < heal.after - .milliseconds(150) }
      #expect(!lost.isEmpty)
      #expect(lost.allSatisfy { $0.answeredAt == nil })
    }
  }
}
