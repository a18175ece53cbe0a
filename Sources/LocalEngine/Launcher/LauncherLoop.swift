import CLinux
import FleetModel
import Glibc

/// The launcher's state and its one loop: poll, then do what has become possible. Single-threaded; nothing in it may
/// wait for anything but the disk.
final class LauncherLoop {
    let configuration: LauncherConfiguration
    let service: ServiceIdentity
    let sandbox: SandboxProgram
    let data: HeldDataDirectory
    let listener: Descriptor
    let signals: Descriptor
    let bootID = ProcessFacts.bootID()
    /// Somebody's terminal, whose end ends the launcher.
    private let hasTerminal: Bool
    let groups: ControlGroups
    /// Says that the groups' parents are in use.
    private let heldGroups: [Descriptor]

    var attempts: [AttemptKey: LiveAttempt] = [:]
    var server: ServerChild?
    var deaths = ServerDeaths()
    /// When the server is to be started again.
    var serverDueAt: Int64? = 0
    /// When a server that was told to end is ended by force.
    var killServerAt: Int64?
    var isStopping = false
    /// Control groups that could not be removed yet.
    var emptyGroups: [String] = []
    /// Children that look at something and write what they found.
    var lookouts: [Lookout] = []
    /// Those that were ended at their deadline, until they are gone.
    var ended: [Descriptor] = []
    /// What is to be done again, and when.
    var later: [(at: Int64, action: () -> Void)] = []
    /// The same, of the launcher's own: a server that ends takes none of it along.
    var ownLater: [(at: Int64, action: () -> Void)] = []
    /// Launches that wait for what a child finds.
    var launches: [AttemptKey: PendingLaunch] = [:]
    /// How often somebody outside did not answer in time, or crashed the child that asked, which may pass.
    var lateLaunches: [AttemptKey: Int] = [:]
    /// Children that look at devices for the server, by their pids, until the kernel has told of their end.
    var helpers: [Int32: Helper] = [:]
    /// Whose files are being looked for.
    var pendingFiles: [UserName] = []
    var memoryNode = MemoryNodeTurn()
    var report: SandboxReport?
    var logs: LogBound
    var logTidying = LogTidyingTurn()
    var warned: Set<String> = []
    /// A furnished folder lies ready; one is to be made.
    var hasSpare = false
    var isSpareDue = false
    /// How often the kernel has refused in a row to wait; after ten seconds of it the launcher is no use.
    /// Why it can't go on; it ends at the next turn.
    var trouble: LauncherError?
    private var failedWaits = 0
    private static let mostFailedWaits = 100

    enum Source {
        case signals
        case control
        case sandboxInfo(LiveAttempt)
        case end(LiveAttempt)
        case lookout(Lookout)
    }

    init(_ configuration: LauncherConfiguration) throws(LauncherError) {
        self.configuration = configuration
        // Only now: it is gone when the signal comes that says so.
        let terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC)
        hasTerminal = terminal >= 0
        if terminal >= 0 { close(terminal) }
        // Each attempt takes some. Where it can't be raised, fewer run at once.
        _ = linux_raise_descriptor_limit()
        service = ServiceIdentity.find(configuration)
        sandbox = try SandboxProgram.find(configuration)
        data = try HeldDataDirectory.hold(configuration.dataDirectory, service: service)
        listener = try data.bindSocket(forEverybody: service.isSeparate)
        groups = ControlGroups.detect(mark: data.place.mark, delegated: configuration.controlGroup)
        heldGroups = groups.holdParents()
        logs = LogBound(keep: configuration.logKeep.bytes)
        // Without it every attempt would seem to be of another boot.
        guard !bootID.isEmpty else { throw .system(detail: "the number of this boot can't be read from /proc") }
        do {
            let heard = [SIGTERM, SIGINT, SIGHUP, SIGCHLD]
            signals = Descriptor(try checked(linux_signal_descriptor(heard, heard.count), "listen for signals"))
        } catch {
            throw .system(detail: error.text)
        }
    }

    func run() throws(LauncherError) -> Int32 {
        try adopt()
        groups.removeLeftovers(keeping: Set(attempts.keys))
        clearSpare()
        makeSpareLater()
        var status: Int32?
        while status == nil {
            try startServerIfDue()
            let (polled, sources) = descriptors()
            let ready = try wait(polled)
            for (index, source) in sources.enumerated() where ready[index] != 0 {
                switch source {
                case .signals: try hearSignals(&status)
                case .control: tendServer(ready[index])
                case .sandboxInfo(let attempt): readSandboxInfo(attempt)
                case .end(let attempt): attempt.stage = .leaving(since: now)
                case .lookout(let lookout): read(lookout)
                }
            }
            attend()
            if let trouble { throw trouble }
        }
        data.removeSocket()
        groups.removeParents()
        return status ?? 0
    }

    /// Milliseconds on the boot clock.
    var now: Int64 { linux_boot_milliseconds() }

    /// What is due by time alone.
    private func attend() {
        for attempt in attempts.values.sorted(by: { $0.key < $1.key }) where !attempt.isOver { attend(attempt) }
        if !emptyGroups.isEmpty { emptyGroups = ControlGroups.remove(emptyGroups) }
        for lookout in lookouts where lookout.deadline <= now { finish(lookout, timedOut: true) }
        endOverdueHelpers()
        boundLogs()
        // What is said already must not wait for what is done now.
        flushServer()
        tidyLogs()
        doWhatIsDue()
        if let at = killServerAt, at <= now, let server {
            kill(server.pid, SIGKILL)
            killServerAt = nil
        }
        flushServer()
    }

    private func doWhatIsDue() {
        let time = now
        let due = (later + ownLater).filter { $0.at <= time }
        later.removeAll { $0.at <= time }
        ownLater.removeAll { $0.at <= time }
        for (_, action) in due { action() }
    }

    private func descriptors() -> ([pollfd], [Source]) {
        var polled = [pollfd(fd: signals.number, events: Int16(POLLIN), revents: 0)]
        var sources = [Source.signals]
        func add(_ descriptor: Descriptor, _ source: Source, _ events: Int32 = POLLIN) {
            polled.append(pollfd(fd: descriptor.number, events: Int16(events), revents: 0))
            sources.append(source)
        }
        if let server, !server.isDeaf { add(server.control, .control, server.outbox.isEmpty ? POLLIN : POLLIN | POLLOUT) }
        for attempt in attempts.values {
            switch attempt.stage {
            case .parked(let parked) where parked.pid != nil: break
            case .parked(let parked): add(parked.info, .sandboxInfo(attempt))
            case .watched(let pidfd, _): add(pidfd, .end(attempt))
            case .leaving, .over: break
            }
        }
        for lookout in lookouts { add(lookout.output, .lookout(lookout)) }
        return (polled, sources)
    }

    private func wait(_ list: [pollfd]) throws(LauncherError) -> [Int16] {
        var polled = list
        let patience = Int32(clamping: patience)
        if poll(&polled, nfds_t(polled.count), patience) >= 0 {
            failedWaits = 0
            return polled.map(\.revents)
        }
        if errno != EINTR {
            let failure = SystemFailure("wait for what is open")
            failedWaits += 1
            guard failedWaits < Self.mostFailedWaits else { throw .system(detail: failure.text) }
            warn("the launcher could not wait for what happens (\(failure.text)); trying again")
            // Without it a lasting failure would take a whole core.
            usleep(100_000)
        }
        return list.map { _ in 0 }
    }

    /// How long nothing is due, in milliseconds; -1: nothing ever is.
    private var patience: Int64 {
        var soonest = Int64.max
        for attempt in attempts.values {
            if let tick = attempt.tick(at: now) { soonest = min(soonest, tick) }
        }
        if !emptyGroups.isEmpty { soonest = min(soonest, 50) }
        let tidyingDueAt = logTidying.lookout == nil ? logTidying.dueAt : nil
        let times = [serverDueAt, killServerAt, logs.dueAt, tidyingDueAt].compactMap { $0 }
        let deadlines = times + lookouts.map(\.deadline) + (later + ownLater).map(\.at) + helperDeadlines
        for deadline in deadlines { soonest = min(soonest, max(0, deadline - now)) }
        return soonest == .max ? -1 : soonest
    }

    private func hearSignals(_ status: inout Int32?) throws(LauncherError) {
        while true {
            switch linux_signal_read(signals.number) {
            case 0: return
            case SIGCHLD: try collectChildren(&status)
            // From a service manager it asks to read the configuration again; from a terminal it says that the terminal is gone.
            case SIGHUP where !hasTerminal: if let server { kill(server.pid, SIGHUP) }
            default: stop(&status)
            }
        }
    }

    private func stop(_ status: inout Int32?) {
        if !isStopping {
            ServiceManager.tell("STOPPING=1")
            let running = attempts.values.count { !$0.isOver }
            warn(Self.farewell(running: running))
        }
        isStopping = true
        serverDueAt = nil
        guard let server else {
            status = 0
            return
        }
        kill(server.pid, SIGTERM)
        killServerAt = killServerAt ?? now + 10_000
    }

    /// What goes on when this ends, and how it is found again.
    static func farewell(running: Int) -> String {
        let work =
            switch running {
            case 0: "nothing runs"
            case 1: "1 program goes on and keeps what it has"
            default: "\(running) programs go on and keep what they have"
            }
        return "ending; \(work). `carrel up` with the same data directory begins again where this stopped."
    }

    private func collectChildren(_ status: inout Int32?) throws(LauncherError) {
        while true {
            let pid = linux_ended_child(0)
            if pid == -EINTR { continue }
            guard pid > 0 else { return }
            // What a helper started and left behind holds nothing of a device any longer. Before it is collected: after that
            // its group's number may be another one's.
            if helpers[pid] != nil { kill(-pid, SIGKILL) }
            var raw: Int32 = 0
            guard waitpid(pid, &raw, WNOHANG) == pid else { return }
            if helperEnded(pid, raw) { continue }
            if pid == server?.pid { try serverEnded(raw, &status) }
        }
    }

    /// Says something once on standard error.
    func warn(_ text: String) {
        guard warned.insert(text).inserted else { return }
        let line = "carrel: \(text)\n"
        _ = line.withCString { Glibc.write(2, $0, strlen($0)) }
    }
}
