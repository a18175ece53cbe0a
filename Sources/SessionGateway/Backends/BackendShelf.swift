import NIOCore
import Synchronization

/// Idle connections to backends on one event loop, newest last. Only that loop touches it.
final class BackendShelf {
    private let loop: any EventLoop
    private let most: Int
    private let span: TimeAmount
    private var idle: [String: [(backend: BackendHandler, since: NIODeadline)]] = [:]
    private var isSweeping = false

    init(loop: any EventLoop, most: Int, span: TimeAmount) {
        self.loop = loop
        self.most = most
        self.span = span
    }

    func take(_ key: String) -> BackendHandler? {
        while let (backend, _) = idle[key]?.popLast() {
            backend.shelf = nil
            if backend.isActive { return backend }
        }
        idle[key] = nil
        return nil
    }

    func put(_ backend: BackendHandler) {
        guard backend.isActive, idle[backend.key, default: []].count < most else { return backend.close() }
        backend.owner = nil
        backend.shelf = self
        idle[backend.key, default: []].append((backend, .now()))
        // It is read on, so that its end is noticed.
        backend.resume()
        if !isSweeping { sweepLater() }
    }

    func remove(_ backend: BackendHandler) {
        idle[backend.key]?.removeAll { $0.backend === backend }
        if idle[backend.key]?.isEmpty ?? false { idle[backend.key] = nil }
    }

    private func sweepLater() {
        isSweeping = true
        loop.assumeIsolated().scheduleTask(in: span) { self.sweep() }
    }

    private func sweep() {
        isSweeping = false
        let oldest = NIODeadline.now() - span
        for backend in idle.values.flatMap({ $0.filter { $0.since <= oldest } }).map(\.backend) {
            remove(backend)
            backend.shelf = nil
            backend.close()
        }
        if !idle.isEmpty { sweepLater() }
    }
}

/// The shelves of all event loops.
final class BackendShelves: Sendable {
    private let most: Int
    private let span: TimeAmount
    private let shelves = Mutex<[ObjectIdentifier: NIOLoopBound<BackendShelf>]>([:])

    init(most: Int, span: TimeAmount) {
        self.most = most
        self.span = span
    }

    /// The shelf of the loop that this is called on.
    func shelf(of loop: any EventLoop) -> BackendShelf {
        let bound = shelves.withLock { shelves in
            if let known = shelves[ObjectIdentifier(loop)] { return known }
            let made = NIOLoopBound(BackendShelf(loop: loop, most: most, span: span), eventLoop: loop)
            shelves[ObjectIdentifier(loop)] = made
            return made
        }
        return bound.value
    }
}
