import Glibc

/// Runs blocking or thread-changing work (unshare, setns) on a thread of its own that ends with the work.
public enum DedicatedThread {
  /// Runs `work` on a new thread and waits for its result without blocking a thread of Swift concurrency.
  public static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      do throws(SystemError) {
        try start { continuation.resume(with: Swift.Result { try work() }) }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  /// Runs `work` on a new thread and blocks the caller until it is done; for synchronous code and tests.
  public static func runBlocking<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) throws -> Result {
    let box = ResultBox<Result>()
    var thread = pthread_t()
    let context = Unmanaged.passRetained(ThreadBody { box.result = Swift.Result { try work() } })
    let code = pthread_create(&thread, nil, threadMain, context.toOpaque())
    guard code == 0 else {
      context.release()
      throw SystemError("pthread_create", Errno(code: code))
    }
    pthread_join(thread, nil)
    guard let result = box.result else { throw SystemError("a thread's result", .invalid) }
    return try result.get()
  }

  /// Starts a detached thread.
  static func start(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(ThreadBody(body))
    let code = pthread_create(&thread, nil, threadMain, context.toOpaque())
    guard code == 0 else {
      context.release()
      throw SystemError("pthread_create", Errno(code: code))
    }
    pthread_detach(thread)
  }

  // The thread writes it before it ends, and it is read after pthread_join: never at the same time.
  private final class ResultBox<Value>: @unchecked Sendable {
    var result: Swift.Result<Value, any Error>?
  }
}

/// A thread that must be joined.
public final class JoinableThread: Sendable {
  private let thread: pthread_t

  public init(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(ThreadBody(body))
    let code = pthread_create(&thread, nil, threadMain, context.toOpaque())
    guard code == 0 else {
      context.release()
      throw SystemError("pthread_create", Errno(code: code))
    }
    self.thread = thread
  }

  /// Waits for the thread's end; call it once.
  public func join() {
    pthread_join(thread, nil)
  }
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func threadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let context { Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run() }
  return nil
}
