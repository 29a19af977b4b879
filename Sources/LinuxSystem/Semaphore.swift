import Glibc

/// A counting semaphore for threads: sem_init(3).
final class Semaphore: @unchecked Sendable {
  // Held by an address that must not change; sem_post and sem_wait are thread-safe.
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
