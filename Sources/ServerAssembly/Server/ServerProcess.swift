import Accounts
import CheckoutService
import DeviceInventory
@preconcurrency import Dispatch
import EngineInterface
import FleetModel
import Foundation
import Glibc
import HTTPAPI
import LeaseLedger
import LedgerStore
import LocalEngine
import Logging
import Scheduling
import TelemetryStore
import WireModel

/// The server: puts the rooms together, and is the only place that names a concrete engine and store.
struct ServerProcess: Sendable {
    private let configuration: ServerConfiguration

    init(_ configuration: ServerConfiguration) { self.configuration = configuration }

    /// Ends the process: 0 after SIGTERM, 75 when it must be started again, 78 when a person must act first.
    func run() async -> Never {
        signal(SIGPIPE, SIG_IGN)
        // It asks to read files again; before anybody listens for it, it must not end the server.
        signal(SIGHUP, SIG_IGN)
        Self.raiseDescriptorLimit()
        do {
            try await serve()
            exit(0)
        } catch let error as StoreError {
            complain("\(error)")
            exit(error.needsAPerson ? Launcher.configurationErrorStatus : Launcher.tryAgainStatus)
        } catch {
            complain("the server ends: \(error)")
            exit(Launcher.tryAgainStatus)
        }
    }

    /// Every client and every followed log takes descriptors; the soft limit is made for small programs.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private func serve() async throws {
        let machine = try MachineFacts.read(nodeName: configuration.nodeName)
        let engine = try await LocalEngine(control: Launcher.controlDescriptor) { reason in
            complain("the launcher is gone (\(reason)); the server ends, the work goes on")
            _exit(Launcher.tryAgainStatus)
        }
        let (store, state) = try await openLedger(engine)
        let clock = BootClock(
            source: .machine, bootID: machine.bootID, kept: AnchorFile.read(configuration.serverFolder),
            newestEvent: state.time)
        let start = clock.now()
        try AnchorFile.write(clock.anchor, configuration.serverFolder)
        let devices = NodeDevices(machine: machine, simulate: configuration.simulate, engine: engine)
        let watch = NodeWatch(
            simulated: devices.simulatedDevices, engine: engine,
            lookBack: DeviceKeeper.lookBack(after: state, at: start), now: { clock.now() })
        let telemetry = Telemetry(
            archive: telemetryStore, clock: clock, pause: DeletionPause(anchor: clock.anchor, serverStart: start),
            complain: { complain($0) })
        let shelf = try await DataShelf.open(store)
        let service = CheckoutService(
            state: state, around: surroundings(store, clock), engine: engine, console: engine,
            observer: watch, returns: configuration.returns,
            idleLooks: configuration.idleLooks ?? IdleKeeper.usualPeriod, telemetry: telemetry, isFull: !store.hasBallast,
            data: shelf, nodeReport: { await devices.report() }, complain: { complain($0) })
        try await service.takeInventory()
        let health = ServerHealth(
            service: service, store: store, engine: engine, devices: devices, watch: watch, configuration: configuration)
        let audit = AuditTrail(storage: store, complain: { complain($0) })
        let desk = try await SignInDesk.open(store, unix: configuration.unixSignIn(engine))
        let ownership = try await OwnershipKeeper(service, store, complain: { complain($0) })
        var parts = parts(service, store, engine, shelf, desk, audit, health)
        parts.ownership = ownership
        let api = CarrelAPI(parts)
        configuration.tell(api.address)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await service.run() }
            group.addTask { await watch.run() }
            group.addTask { await audit.run() }
            group.addTask { await ownership.run() }
            group.addTask { await api.doorkeeper.run() }
            group.addTask { await api.answers.run() }
            let hook = configuration.notify.map {
                NoticeHook(service: service, program: $0, folder: configuration.serverFolder)
            }
            // It ends by itself only when the server does.
            if let hook { group.addTask { await hook.run() } }
            group.addTask {
                if await devices.untilStarted() { try? await service.takeInventory() }
                for await _ in watch.movements { try? await service.takeInventory() }
            }
            group.addTask { await listen(api, devices, engine) }
            group.addTask {
                let pause = DeletionPause(anchor: clock.anchor, serverStart: start)
                await EventRetention(store: store, clock: clock, keep: configuration.keepEvents, pause: pause).run()
            }
            group.addTask { await Self.untilTerminated() }
            await group.next()
            group.cancelAll()
            hook?.runs.end(within: .seconds(3))
            try? await service.writer.checkpoint()
            await telemetry.flush()
            await audit.flush()
            try? store.close()
            exit(0)
        }
    }

    /// What stands behind the routes.
    private func parts(
        _ service: CheckoutService, _ store: LedgerStore, _ engine: LocalEngine, _ shelf: DataShelf, _ desk: SignInDesk,
        _ audit: AuditTrail, _ health: ServerHealth
    ) -> CarrelAPI.Parts {
        var parts = CarrelAPI.Parts(
            service: service, tokens: AccessTokens(storage: store), desk: desk,
            audit: audit, judge: LauncherJudge(engine: engine), keeper: StoreKeeper(store: store),
            health: { await health.view(deep: $0) }, owner: configuration.owner,
            sessionDomain: configuration.access.sessionDomain,
            environments: SharedEnvironments(dataDirectory: configuration.dataDirectory))
        (parts.data, parts.surveyor) = (shelf, engine)
        parts.copies = CopiesOnDisk(dataDirectory: configuration.dataDirectory)
        parts.files = PeoplesFiles(engine: engine)
        parts.rootWorkUser = configuration.rootWorkUser
        parts.workKey = WorkKey.load(configuration.serverFolder) { complain($0) }
        parts.numbers = configuration.access.unixIDs.map { UnixNumbers(range: $0, desk: desk, storage: store) }
        parts.outside = configuration.access.outsideDoor(desk: desk, storage: store, clock: service.clock)
        return parts
    }

    /// The ledger as the last server left it.
    private func openLedger(_ engine: LocalEngine) async throws -> (store: LedgerStore, state: LedgerState) {
        try await Self.expectLedger(at: configuration.serverFolder, engine)
        let store = try LedgerStore.open(at: configuration.serverFolder)
        store.deleteUnfinishedBackups()
        return (store, try await replay(store))
    }

    /// A file beside the ledger's: nothing that happens to it keeps the server from starting.
    private var telemetryStore: TelemetryStore {
        TelemetryStore(
            directory: configuration.serverFolder,
            size: configuration.telemetrySize.map { MemoryBytes($0) } ?? TelemetryStore.usualSize,
            notice: { complain($0) })
    }

    /// Where attempts or their logs are, there was a ledger: an empty one would give their numbers again.
    private static func expectLedger(at folder: String, _ engine: LocalEngine) async throws {
        guard !LedgerStore.exists(at: folder) else { return }
        let listed = try await engine.list(), used = try await engine.usedBytes()
        if !listed.isEmpty || used > 0 {
            throw StoreError.ledgerMissing(
                path: LedgerStore.path(in: folder), found: "what attempts left in the data directory")
        }
    }

    /// Checkpoint and tail: the state as it was when the last server ended.
    private func replay(_ store: LedgerStore) async throws -> LedgerState {
        let (checkpoint, tail) = try await store.load()
        for notice in store.notices { complain("\(notice)") }
        var state = checkpoint ?? LedgerState()
        for event in tail { state.apply(event) }
        return state
    }

    private func surroundings(_ store: LedgerStore, _ clock: BootClock) -> LedgerWriter.Surroundings {
        LedgerWriter.Surroundings(
            log: store, archive: store, clock: clock, plan: { Scheduler.plan($0, at: $1) },
            releaseBallast: {
                guard store.hasBallast else { return false }
                return (try? store.releaseBallast()) != nil
            },
            restoreBallast: { (try? store.restoreBallast()) ?? false },
            giveUp: { detail in
                complain(
                    "the ledger could not be written and the outcome is unknown (\(detail)); starting again from the disk")
                _exit(Launcher.tryAgainStatus)
            })
    }

    private func listen(_ api: CarrelAPI, _ devices: NodeDevices, _ engine: LocalEngine) async {
        var logger = Logger(label: "carrel") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        let socket = Listener(api, at: .unixSocket(descriptor: Launcher.listenerDescriptor), logger: logger)
        let greeting = Greeting(configuration)
        let opening = Opening(places: configuration.host == nil ? 1 : 2) { address in
            Task {
                greeting.print(devices: devices.summary, address: address, link: await api.firstLink())
                try? await engine.announceReady()
            }
        }
        await withTaskGroup(of: Void.self) { [logger] group in
            group.addTask { await serve(socket, "the Unix socket") { _ in opening.opened() } }
            if let host = configuration.host {
                let port = freePort(host), tls = tlsIdentity()
                let listener = Listener(api, at: .address(host: host, port: port), tls: tls, logger: logger)
                let scheme = tls == nil ? "http" : "https"
                if let tls {
                    group.addTask { await tls.watch() }
                    group.addTask { for await _ in Self.hangups() { tls.reload() } }
                }
                let (ports, opened) = AsyncStream.makeStream(of: Int.self)
                group.addTask {
                    let name = host.contains(":") ? "[\(host)]" : host
                    await serve(listener, "\(name):\(port)") {
                        api.address.text = "\(scheme)://\(name):\($0 ?? port)"
                        opened.yield($0 ?? port)
                        opening.opened(api.address.text)
                    }
                }
                if host == "127.0.0.1" {
                    group.addTask {
                        for await port in ports { await Self.listenBeside(api, port, tls, logger) }
                    }
                }
            }
            await group.waitForAll()
        }
    }

    /// Browsers look for names below `localhost` at ::1 first: whoever listened there on this port would be shown what is meant for
    /// sessions.
    private static func listenBeside(_ api: CarrelAPI, _ port: Int, _ tls: TLSIdentity?, _ logger: Logger) async {
        do {
            try await Listener(api, at: .address(host: "::1", port: port), tls: tls, logger: logger).run { _ in }
        } catch ListenFailure.taken {
            complain(
                "another program listens on [::1]:\(port), where browsers look for notebooks first. `ss -ltnp 'sport = :\(port)'` "
                    + "names it (as root); stop it, or choose another port with --listen, and run `carrel up` again.")
        } catch {
            // Most machines without the newer protocol have nothing there to listen on, and browsers nothing to ask.
        }
    }

    /// nil: none is asked for. Ends the server where the files can't be used.
    private func tlsIdentity() -> TLSIdentity? {
        guard let files = configuration.access.tls else { return nil }
        do throws(TLSFailure) { return try TLSIdentity(files, complain: { complain($0) }) } catch {
            complain(
                "there is no TLS: \(error). The server did not start; work that runs goes on. Then run `carrel up` again.")
            exit(Launcher.configurationErrorStatus)
        }
    }

    private func serve(_ listener: Listener, _ place: String, onListening: @escaping @Sendable (Int?) -> Void) async {
        do {
            try await listener.run(onListening: onListening)
        } catch is CancellationError {
            return
        } catch {
            let failure = error as? ListenFailure ?? .failed(detail: "\(error)")
            complain(failure.words(place))
            exit(failure.isLasting ? Launcher.configurationErrorStatus : Launcher.tryAgainStatus)
        }
    }

    /// The usual port, or any free one where another program has it and the user named none.
    private func freePort(_ host: String) -> Int {
        guard !configuration.portIsFixed, configuration.port != 0 else { return configuration.port }
        // Browsers look for sessions' hosts below `localhost` at ::1 too: nobody else may be there.
        let isFree = PortProbe.isFree(host: host, port: configuration.port)
        if isFree, host != "127.0.0.1" || PortProbe.isFreeOnNewer(port: configuration.port) { return configuration.port }
        complain("port \(configuration.port) is in use; taking another one")
        return 0
    }

    /// SIGHUP, which the launcher passes on from a service manager.
    private static func hangups() -> AsyncStream<Void> {
        AsyncStream { continuation in
            let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
            source.setEventHandler { continuation.yield() }
            continuation.onTermination = { _ in source.cancel() }
            source.resume()
        }
    }

    private static func untilTerminated() async {
        signal(SIGTERM, SIG_IGN)
        signal(SIGINT, SIG_IGN)
        let stream = AsyncStream<Void> { continuation in
            let source = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
            source.setEventHandler { continuation.yield() }
            continuation.onTermination = { _ in source.cancel() }
            source.resume()
        }
        for await _ in stream { return }
    }
}

extension StoreError {
    /// Starting again would only meet it again.
    fileprivate var needsAPerson: Bool {
        switch self {
        case .cannotOpen, .wrongPermissions, .newerVersion, .notALedger, .damaged, .notABackup, .ledgerInTheWay,
            .ledgerMissing, .numbersUnknown:
            true
        case .full, .failed: false
        }
    }
}

/// The launcher judges who may use the Unix socket, since only it can see where a process sits.
private struct LauncherJudge: PeerJudge {
    let engine: LocalEngine

    func seat(pid: Int32, process: Int32?) async throws -> PeerSeat {
        switch try await engine.judgePeer(pid: pid, process: process) {
        case .accepted: .besideServer
        case .otherUsers: .amongOtherUsers
        case .otherNamespace, .gone: .amongOtherProcesses
        }
    }
}

extension LedgerStore: TokenStorage, AccountStorage, AuditStorage, OutsideStorage, DataSetStorage, SettingStorage {}
