import Glibc

/// Units that threads wait for: sem_init(3).
final class Semaphore: @unchecked Sendable {
  // By address, which must not change; sem_post and sem_wait are made for threads.
  private let units: UnsafeMutablePointer<sem_t>

  init() {
    units = .allocate(capacity: 1)
    sem_init(units, 0, 0)
  }

  deinit {
    sem_destroy(units)
    units.deallocate()
  }

  func signal() { sem_post(units) }

  func wait() { while sem_wait(units) == -1 {} }
}
