import LinuxSystem
import Testing

@Suite("How a process ended")
struct ProcessEndTests {
  @Test("is said as a sentence goes on after the process's name")
  func words() {
    #expect("it \(ProcessEnd.exited(3))" == "it exited with status 3")
    #expect("it \(ProcessEnd.signalled(9))" == "it was killed by signal 9 (SIGKILL)")
    #expect("it \(ProcessEnd.signalled(99))" == "it was killed by signal 99")
  }
}
