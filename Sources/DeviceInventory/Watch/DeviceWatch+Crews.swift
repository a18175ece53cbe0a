import FleetModel

/// Who watches what, and what becomes of a process that hangs.
extension DeviceWatch {
    /// Those who watch some devices: a process, or none for a while.
    struct Crew {
        let id: Int
        var child: WatchChild?
        var isStarting = false
        var lastHeard = SuspendingClock.now
        /// The process has told what it found.
        var hasRead = false
        /// The process has said that the driver can't be used, and ends.
        var isGivingUp = false
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
        let deadline: SuspendingClock.Instant
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

    // MARK: The course of time

    func tick() {
        let now = SuspendingClock.now
        for index in dying.indices.reversed() {
            if dying[index].channel.hasEnded() {
                dying.remove(at: index)
            } else if now > dying[index].deadline {
                dying[index].isStuck = true
                dying[index].channel.kill()
            }
        }
        for (name, crew) in crews {
            if crew.child != nil, crew.lastHeard.duration(to: now) > limits.silence.duration { hung(name, gpu: nil) }
            takeBack(name, now)
        }
        for name in crews.keys where mayStart(name, now) { begin(name) }
    }

    /// A GPU that is watched apart and has answered for a while is watched with the others again. It is seen meanwhile.
    private func takeBack(_ name: CrewName, _ now: SuspendingClock.Instant) {
        guard case .apart(let vendor, _) = name, let crew = crews[name], crew.hasRead, let child = crew.child,
            child.began.duration(to: now) > limits.rest(afterFailures: crew.failures)
        else { return }
        dismiss(name)
        sendList(to: .together(vendor))
    }

    private func mayStart(_ name: CrewName, _ now: SuspendingClock.Instant) -> Bool {
        guard let crew = crews[name], crew.child == nil, !crew.isStarting, crew.restUntil <= now else { return false }
        // Whether those before can be ended at all is known within a moment.
        if dying.contains(where: { $0.crew.vendor == name.vendor && !$0.isStuck }) { return false }
        let stuck = dying.filter(\.isStuck)
        if stuck.count >= limits.mostStuck { return false }
        if stuck.contains(where: { $0.gpu == nil && $0.crew.vendor == name.vendor }) { return false }
        guard case .apart(_, let gpu) = name else { return true }
        return !stuck.contains { $0.gpu == gpu }
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
            arrivals.yield(.started(name, crew: id, result ?? .failure(.notStarted(executable: "a thread", errno: 11))))
        }
    }

    // MARK: What becomes of a process

    func started(_ name: CrewName, _ id: Int, _ result: Result<WatchChannel, ReaderFailure>) {
        let isWanted = crews[name]?.id == id
        switch result {
        case .success(let channel):
            let arrivals = arrivals, number = nextID()
            let child = WatchChild(id: number, channel: channel) { report in
                arrivals.yield(report.map { .report(child: number, $0) } ?? .ended(child: number))
            }
            guard isWanted else { return bury(child, of: name, gpu: nil) }
            crews[name]?.isStarting = false
            crews[name]?.child = child
            crews[name]?.lastHeard = .now
            crews[name]?.hasRead = false
            crews[name]?.isGivingUp = false
            sendList(to: name)
            for (id, examination) in examinations { send(examination, id, to: name) }
        case .failure(let failure):
            guard isWanted else { return }
            crews[name]?.isStarting = false
            failed(name, .readerFailed(failure))
        }
    }

    /// A process has closed its end of the line.
    func ended(_ id: Int) {
        guard let name = name(ofChild: id), let crew = crews[name], let child = crew.child else { return }
        bury(child, of: name, gpu: nil)
        crews[name]?.child = nil
        // One that did well for long has only now begun to fail.
        if child.began.duration(to: .now) > limits.longestRest.duration { crews[name]?.failures = 0 }
        failed(name, crew.isGivingUp ? crew.problem : .readerFailed(.closed))
        guard !crew.isGivingUp else { return }
        for device in touched(by: name) {
            tell(.reading(DeviceReading(device.key, contact: .unreadable(words: ReaderFailure.closed.words))))
        }
    }

    /// A look takes too long, or the process says nothing any more.
    /// - Parameter gpu: nil: the driver as a whole.
    func hung(_ name: CrewName, gpu: String?) {
        guard let child = crews[name]?.child else { return }
        let silent = touched(by: name).filter { gpu == nil || $0.gpu == gpu }.map(\.key)
        bury(child, of: name, gpu: gpu)
        crews[name]?.child = nil
        let since = now()
        for key in silent {
            tell(.reading(DeviceReading(key, contact: .silent)))
            answer(DeviceReading(key, contact: .silent))
        }
        if case .together(let vendor) = name, let gpu {
            // One that hangs again and again is left apart for longer.
            let before = hangs[gpu].flatMap { $0.last.duration(to: .now) < limits.longestRest.duration * 10 ? $0.count : nil }
            hangs[gpu] = Hangs(count: (before ?? 0) + 1, last: .now)
            crews[.apart(vendor, gpu: gpu)] = Crew(id: nextID(), failures: before ?? 0)
            failed(.apart(vendor, gpu: gpu), .devicesSilent(silent, since: since))
        } else if crews[name]?.problem?.isOfSilence == true {
            failed(name, crews[name]?.problem)
        } else {
            failed(name, gpu == nil ? .driverSilent(since: since) : .devicesSilent(silent, since: since))
        }
    }

    private func failed(_ name: CrewName, _ problem: InventoryProblem?) {
        guard var crew = crews[name] else { return }
        crew.failures += 1
        crew.restUntil = .now + limits.rest(afterFailures: crew.failures)
        crew.problem = problem
        crews[name] = crew
    }

    /// Nobody needs the crew any more.
    func dismiss(_ name: CrewName) {
        guard let crew = crews.removeValue(forKey: name), let child = crew.child else { return }
        // One that looks at nothing ends by itself; one that hangs is killed by and by.
        child.hangUp()
        dying.append(
            Dying(crew: name, gpu: nil, channel: child.channel, deadline: .now + limits.dyingTime.duration))
    }

    private func bury(_ child: WatchChild, of name: CrewName, gpu: String?) {
        child.hangUp()
        child.channel.kill()
        dying.append(Dying(crew: name, gpu: gpu, channel: child.channel, deadline: .now + limits.dyingTime.duration))
    }

    func name(ofChild id: Int) -> CrewName? { crews.first { $0.value.child?.id == id }?.key }
}

extension InventoryProblem {
    fileprivate var isOfSilence: Bool {
        switch self {
        case .driverSilent, .devicesSilent: true
        default: false
        }
    }
}
