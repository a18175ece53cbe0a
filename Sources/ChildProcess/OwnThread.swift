import Glibc

/// Runs blocking work on a thread made for it, so that the threads that all tasks share are not held up.
/// nil: the system gave no thread.
package func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value? {
    await withCheckedContinuation { continuation in
        let isStarted = OwnThread.start { continuation.resume(returning: work()) }
        if !isStarted { continuation.resume(returning: nil) }
    }
}

/// A thread for work that may never end.
package enum OwnThread {
    private final class Job: Sendable {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }

    /// False: the system gave no thread.
    package static func start(_ work: @escaping @Sendable () -> Void) -> Bool {
        let job = Unmanaged.passRetained(Job(work))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, &attributes,
            { pointer in
                Unmanaged<Job>.fromOpaque(pointer!).takeRetainedValue().work()
                return nil
            }, job.toOpaque())
        if failure != 0 { job.release() }
        return failure == 0
    }
}
