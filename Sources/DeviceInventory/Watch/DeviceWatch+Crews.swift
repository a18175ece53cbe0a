import ChildProcess
import FleetModel
import Glibc

/// Who watches what, and what becomes of a process that hangs.
extension DeviceWatch {
    /// Those who watch some devices: a process, or none for a while.
    struct Crew {
        let id: Int
        var child: WatchChild?
        var isStarting = false
        var lastHeard = SuspendingClock.now
        /// What the process was busy with when it was last heard of.
        var busy: WatchReport.Busy?
        /// The process has told what it found.
        var hasRead = false
        /// The process has said that the driver can't be used, and ends.
        var isGivingUp = false
        /// It was told that nobody can look at these devices.
        var isHeldUp = false
        /// It looks at a GPU that was silent once and has had its time then.
        var isAskingAgain = false
        var failures = 0
        var restUntil = SuspendingClock.now
        var problem: InventoryProblem?
    }

    struct Hangs {
        var count: Int
        var last: SuspendingClock.Instant
    }

    /// A process that is to end.
    struct Dying {
        let crew: CrewName
        /// What it hung with; nil: with the driver as a whole.
        let gpu: String?
        let channel: WatchChannel
        var deadline: SuspendingClock.Instant
        /// Asked to end, it may not have been killed yet.
        var wasKilled = true
        /// It was killed and is there all the same.
        var isStuck = false
    }

    func devices(of name: CrewName) -> [WatchedDevice] {
        switch name {
        case .together(let vendor): devices.filter { $0.vendor == vendor }
        case .apart(let vendor, let gpu): devices.filter { $0.vendor == vendor && $0.gpu == gpu }
        }
    }

    /// Those that a crew looks at: together all but those that are watched apart.
    func touched(by name: CrewName) -> [WatchedDevice] {
        guard case .together(let vendor) = name else { return devices(of: name) }
        return devices(of: name).filter { crews[.apart(vendor, gpu: $0.gpu)] == nil }
    }

    func crew(watching device: WatchedDevice) -> CrewName {
        let apart = CrewName.apart(device.vendor, gpu: device.gpu)
        return crews[apart] == nil ? .together(device.vendor) : apart
    }

    func sendList(to name: CrewName) {
        guard let child = crews[name]?.child else { return }
        var list = WatchList(devices: touched(by: name))
        if name == .together(.nvidia) {
            list.heardOf = devices(of: name).filter { !list.devices.contains($0) }
            let sinceStart = began.duration(to: .now).wholeMilliseconds
            list.kernelLog =
                kernelLogSequence.map { .after($0) }
                ?? .since(lookBack + TimeSpan(milliseconds: sinceStart))
        }
        if !child.send(.watch(list)) { child.hangUp() }
    }

    func tick() {
        let now = SuspendingClock.now
        for index in dying.indices.reversed() {
            if dying[index].channel.hasEnded() {
                dying.remove(at: index)
            } else if now > dying[index].deadline {
                dying[index].isStuck = dying[index].wasKilled
                dying[index].wasKilled = true
                dying[index].deadline = now + limits.dyingTime.duration
                dying[index].channel.kill()
            }
        }
        // Whoever did not run for a while himself has heard nothing, and knows nothing of others.
        if lastTick.duration(to: now) > .seconds(3) { for name in crews.keys { crews[name]?.lastHeard = now } }
        lastTick = now
        for (name, crew) in crews {
            if crew.child != nil, crew.lastHeard.duration(to: now) > limits.silence.duration { hung(name, gpu: nil) }
            takeBack(name, now)
        }
        for name in crews.keys where mayStart(name, now) { begin(name) }
        for name in crews.keys { tellOfUnwatched(name) }
    }

    /// A GPU that is watched apart and has answered for a while is watched with the others again. It is seen meanwhile.
    private func takeBack(_ name: CrewName, _ now: SuspendingClock.Instant) {
        guard case .apart(let vendor, _) = name, let crew = crews[name], crew.hasRead, let child = crew.child,
            child.began.duration(to: now) > limits.rest(afterFailures: crew.failures),
            !examinations.values.contains(where: { $0.waits(forAnyOf: touched(by: name)) })
        else { return }
        dismiss(name)
        sendList(to: .together(vendor))
    }

    private func mayStart(_ name: CrewName, _ now: SuspendingClock.Instant) -> Bool {
        guard let crew = crews[name], crew.child == nil, !crew.isStarting, crew.restUntil <= now else { return false }
        // Whether those before can be ended at all is known within a moment.
        if dying.contains(where: { $0.crew.vendor == name.vendor && !$0.isStuck }) { return false }
        let stuck = dying.filter(\.isStuck)
        guard case .apart(_, let gpu) = name else { return !isHeldUp(name.vendor) }
        return !isHeldUp(name.vendor) && !stuck.contains { $0.gpu == gpu }
    }

    /// So many processes hang in the driver for good that no more are sent after them.
    private func isHeldUp(_ vendor: DeviceVendor) -> Bool {
        let stuck = dying.filter(\.isStuck)
        return stuck.count >= limits.mostStuck || stuck.contains { $0.gpu == nil && $0.crew.vendor == vendor }
    }

    /// Says of devices that nobody looks at any more that it is so, once.
    private func tellOfUnwatched(_ name: CrewName) {
        guard let crew = crews[name], crew.child == nil, !crew.isStarting, isHeldUp(name.vendor) else {
            crews[name]?.isHeldUp = false
            return
        }
        guard !crew.isHeldUp else { return }
        crews[name]?.isHeldUp = true
        // Of what hung itself it is known that it is silent.
        guard crew.problem?.isOfSilence != true else { return }
        for device in touched(by: name) {
            tell(.reading(DeviceReading(device.key, contact: .unreadable(words: "it can't be asked: the driver hangs"))))
        }
    }

    private func begin(_ name: CrewName) {
        guard var crew = crews[name] else { return }
        crew.isStarting = true
        crews[name] = crew
        let start = start, arrivals = arrivals, id = crew.id
        Task {
            let result = await onOwnThread { () -> Result<WatchChannel, ReaderFailure> in
                do throws(ReaderFailure) { return .success(try start()) } catch { return .failure(error) }
            }
            let arrival = Arrival.started(
                name, crew: id, result ?? .failure(.notStarted(executable: "a thread", errno: EAGAIN)))
            // Who asked for it may have gone meanwhile.
            if case .terminated = arrivals.yield(arrival), case .success(let channel)? = result { channel.discard() }
        }
    }
}
