package import FleetModel

/// The port through which leases become processes. Each engine passes `exerciseEngineDriver` in the test kit.
///
/// Everything is idempotent by attempt: asking twice is asking once. An engine decides nothing about leases and
/// never reads them; it does what it is told and says what it sees.
package protocol EngineDriver: Sendable {
    /// Starts the work of an attempt. Returns when the engine has taken it in durably; that it runs, ended or failed
    /// to start is told by `list` and `changes`. Launching an attempt of the list does nothing; one that was forgotten is
    /// `alreadyOver`.
    func launch(_ order: LaunchOrder) async throws(EngineError)

    /// Asks the work to end (`force` false: SIGTERM) or ends it with everything that it started (`force` true).
    /// Stopping an attempt that is unknown or over does nothing.
    func stop(_ attempt: AttemptKey, force: Bool) async throws(EngineError)

    /// Every attempt that was launched and not forgotten, in order of their keys: the engine's own truth.
    func list() async throws(EngineError) -> [AttemptStatus]

    /// Looks at what an ended attempt left on the devices that it held: one check of the work as a whole, and others of each
    /// device, which then names it.
    func verify(_ attempt: AttemptKey, devices: [Device]) async throws(EngineError) -> [CleanCheck]

    /// Who has the nodes of these devices open now, beside the engine itself and what may always have them open, such as the
    /// driver's daemons.
    func holders(of devices: [Device]) async throws(EngineError) -> DeviceHolders

    /// Asks a process that no attempt accounts for to end (`force` false: SIGTERM), or ends it, since it has this device's node
    /// open. The engine confirms by itself that it has, now, and is nobody's whom it must spare.
    func endHolder(_ pid: Int32, of device: Device, force: Bool) async throws(EngineError) -> HolderEnd

    /// The lease is closed: the attempt leaves the list. Its logs stay as long as retention says.
    func forget(_ attempt: AttemptKey) async throws(EngineError)

    /// What attempts that run have made of the machine so far, in the order that was asked; those that don't run are
    /// left out.
    func use(of attempts: [AttemptKey]) async throws(EngineError) -> [AttemptUse]

    /// Connects to the program of a session, at the door that the attempt's work was given (`WorkOrder.door`). Whoever answers is a
    /// process of that attempt; nobody else can connect there, and no link that the work lays is followed.
    /// - Returns: a connected stream socket that does not block and is closed on exec. It is the caller's to close.
    func connect(to attempt: AttemptKey) async throws(EngineError) -> Int32

    /// Says that the list may have changed; never ends while the engine lives. One consumer.
    var changes: AsyncStream<Void> { get }
}

extension EngineDriver {
    /// For engines whose work has no doors.
    package func connect(to attempt: AttemptKey) async throws(EngineError) -> Int32 { throw .noConnection(.noDoor) }
}

/// Why nobody can be connected to a session's program.
package enum DoorTrouble: String, Hashable, Sendable, CaseIterable {
    /// The engine has no doors, the work asked for none, or it does not run.
    case noDoor
    /// Nobody listens: not yet, or not any more.
    case nobodyListens
    /// As many wait as the program lets wait; later there may be room.
    case crowded
    /// Whoever listens is no process of the attempt, or what is there is no socket.
    case notTheWork
}

/// Why an engine could not do what it was asked to; the caller tries again.
package enum EngineError: Error, Hashable, Sendable {
    /// The engine's process is away; it comes back or the server ends.
    case unreachable(detail: String)
    /// The attempt ran to its end and was forgotten; how it ended is not known any more. Asking again has no use.
    case alreadyOver
    /// No room to write down the attempt.
    case storageFull(detail: String)
    /// The attempt is unknown, or its output is no longer kept. `kept`: how long and how much is, as in “for 30d, up to
    /// 50 GB in all”.
    case outputExpired(kept: String)
    /// The attempt has no terminal.
    case noTerminal
    /// Nobody was connected to the attempt's program.
    case noConnection(DoorTrouble)
    case failed(detail: String)
}
