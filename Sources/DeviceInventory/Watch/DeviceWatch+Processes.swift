import FleetModel

/// What becomes of the watch processes.
extension DeviceWatch {
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
            crews[name]?.busy = nil
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
        let busyWasFirst = crews[name]?.busy?.isFirst ?? true
        bury(child, of: name, gpu: gpu)
        crews[name]?.child = nil
        let since = now()
        for key in silent {
            tell(.reading(DeviceReading(key, contact: .silent)))
            answer(DeviceReading(key, contact: .silent))
        }
        if case .together(let vendor) = name, let gpu {
            // Nobody wants to know of it any more.
            guard !silent.isEmpty else { return }
            // One that hangs again and again is left apart for longer.
            let before = hangs[gpu].flatMap {
                $0.last.duration(to: .now) < limits.longestRest.duration * 10 ? $0.count : nil
            }
            hangs[gpu] = Hangs(count: (before ?? 0) + 1, last: .now)
            let apart = CrewName.apart(vendor, gpu: gpu)
            crews[apart] = Crew(id: nextID(), failures: before ?? 0)
            failed(apart, .devicesSilent(silent, since: since))
            // One that was still waking up has had its time less surely.
            if before == nil, !busyWasFirst {
                crews[apart]?.isAskingAgain = true
                crews[apart]?.restUntil = .now + limits.secondAsking.duration
            }
        } else if crews[name]?.problem?.isOfSilence == true {
            failed(name, crews[name]?.problem)
        } else {
            failed(name, gpu == nil ? .driverSilent(since: since) : .devicesSilent(silent, since: since))
        }
    }

    private func failed(_ name: CrewName, _ problem: InventoryProblem?) {
        guard var crew = crews[name] else { return }
        crew.failures += 1
        crew.isAskingAgain = false
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
            Dying(
                crew: name, gpu: crew.busy?.gpu ?? name.gpu, channel: child.channel,
                deadline: .now + limits.dyingTime.duration, wasKilled: false))
    }

    /// The driver's library keeps a GPU open until its process ends: where nobody wants to know of a GPU any more, as when it is to be
    /// reset, the process that looked at it goes, and another one looks at the rest.
    func renewCrews(thatLookedAt before: [WatchedDevice]) {
        for (name, crew) in crews where crew.child != nil || crew.isStarting {
            let wanted = Set(devices(of: name).map(\.gpu))
            let looked = before.filter { $0.vendor == name.vendor && (name.gpu == nil || name.gpu == $0.gpu) }
            guard !wanted.isEmpty, looked.contains(where: { !wanted.contains($0.gpu) }) else { continue }
            dismiss(name)
            crews[name] = Crew(id: nextID())
        }
    }

    private func bury(_ child: WatchChild, of name: CrewName, gpu: String?) {
        child.hangUp()
        child.channel.kill()
        dying.append(Dying(crew: name, gpu: gpu, channel: child.channel, deadline: .now + limits.dyingTime.duration))
    }

    func name(ofChild id: Int) -> CrewName? { crews.first { $0.value.child?.id == id }?.key }
}

extension InventoryProblem {
    var isOfSilence: Bool {
        switch self {
        case .driverSilent, .devicesSilent: true
        default: false
        }
    }
}
