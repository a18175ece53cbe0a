import Glibc
import Synchronization

/// Threads that do the parts of one piece of work together, and wait in between. The caller does parts too.
final class WorkerPool: Sendable {
    /// How many threads work, the caller's included.
    let count: Int
    private let state = WorkerState()
    private let threads: Mutex<[pthread_t]>

    /// - Parameter wanted: threads, the caller's included; there are fewer when the system gives fewer.
    init(_ wanted: Int = ProcessorFacts.availableCores) {
        var started: [pthread_t] = []
        for _ in 1..<max(2, wanted) where wanted > 1 {
            var thread = pthread_t()
            let state = Unmanaged.passRetained(state)
            let failure = pthread_create(
                &thread, nil,
                { pointer in
                    Unmanaged<WorkerState>.fromOpaque(pointer!).takeRetainedValue().serve()
                    return nil
                }, state.toOpaque())
            guard failure == 0 else {
                state.release()
                break
            }
            started.append(thread)
        }
        count = started.count + 1
        threads = Mutex(started)
    }

    deinit {
        state.endAll()
        for thread in threads.withLock({ $0 }) { pthread_join(thread, nil) }
    }

    /// Calls `part` once for each number below `parts`, on several threads at once, and returns when all are done. One
    /// caller at a time.
    func forEach(_ parts: Int, _ part: @escaping @Sendable (Int) -> Void) {
        guard count > 1, parts > 1 else {
            for number in 0..<parts { part(number) }
            return
        }
        state.run(parts, part)
    }
}

/// What the threads of a pool share.
private final class WorkerState: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    // All that follows is read and written with the lock held.
    private var work: (@Sendable (Int) -> Void)?
    private var next = 0
    private var parts = 0
    private var unfinished = 0
    private var isOver = false

    init() {
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        changed.deallocate()
        lock.deallocate()
    }

    func run(_ parts: Int, _ part: @escaping @Sendable (Int) -> Void) {
        pthread_mutex_lock(lock)
        (work, next, self.parts, unfinished) = (part, 0, parts, parts)
        pthread_cond_broadcast(changed)
        doParts()
        while unfinished > 0 { pthread_cond_wait(changed, lock) }
        work = nil
        pthread_mutex_unlock(lock)
    }

    func serve() {
        pthread_mutex_lock(lock)
        while !isOver {
            doParts()
            if !isOver { pthread_cond_wait(changed, lock) }
        }
        pthread_mutex_unlock(lock)
    }

    func endAll() {
        pthread_mutex_lock(lock)
        isOver = true
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(lock)
    }

    /// Takes parts until none is left. The lock is held before and after, and not while a part is done.
    private func doParts() {
        while let work, next < parts {
            let number = next
            next += 1
            pthread_mutex_unlock(lock)
            work(number)
            pthread_mutex_lock(lock)
            unfinished -= 1
            if unfinished == 0 { pthread_cond_broadcast(changed) }
        }
    }
}
