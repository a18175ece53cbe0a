package import FleetModel

/// What the processes tell, and what is asked of them.
extension DeviceWatch {
    /// A close look that somebody waits for.
    struct Examination {
        let keys: [DeviceKey]
        var readings: [DeviceKey: DeviceReading] = [:]
        let answer: CheckedContinuation<[DeviceReading], Never>

        func waits(forAnyOf devices: [WatchedDevice]) -> Bool {
            devices.contains { keys.contains($0.key) && readings[$0.key] == nil }
        }
    }

    package func examine(_ keys: [DeviceKey], within: TimeSpan) async -> [DeviceReading] {
        await withCheckedContinuation { answer in
            let id = nextID()
            var examination = Examination(keys: keys, answer: answer)
            for key in keys {
                guard let device = devices.first(where: { $0.key == key }), !isStopped else {
                    examination.readings[key] = DeviceReading(key, contact: .unreadable(words: "it is not watched"))
                    continue
                }
                // It is known to hang: nobody has to wait for it.
                let crew = crews[crew(watching: device)]
                if crew?.child == nil, case .devicesSilent = crew?.problem {
                    examination.readings[key] = DeviceReading(key, contact: .silent)
                }
            }
            examinations[id] = examination
            if isAnswered(id) { return finish(id) }
            for name in crews.keys { send(examination, id, to: name) }
            let arrivals = arrivals
            Task {
                try? await Task.sleep(for: within.duration)
                arrivals.yield(.deadline(examination: id))
            }
        }
    }

    func send(_ examination: Examination, _ id: Int, to name: CrewName) {
        guard let child = crews[name]?.child else { return }
        let keys = touched(by: name).map(\.key).filter {
            examination.keys.contains($0) && examination.readings[$0] == nil
        }
        if !keys.isEmpty, !child.send(.examine(id: id, keys: keys)) { child.hangUp() }
    }

    private func isAnswered(_ id: Int) -> Bool {
        examinations[id].map { examination in examination.keys.allSatisfy { examination.readings[$0] != nil } } ?? false
    }

    /// Whoever has not answered by now is told as he is.
    func finish(_ id: Int) {
        guard let examination = examinations.removeValue(forKey: id) else { return }
        examination.answer.resume(
            returning: examination.keys.map { examination.readings[$0] ?? DeviceReading($0, contact: lack(of: $0)) })
    }

    /// Why a device has not answered: silent is only what was asked itself.
    private func lack(of key: DeviceKey) -> DeviceReading.Contact {
        guard let device = devices.first(where: { $0.key == key }) else { return .unreadable(words: "it is not watched") }
        guard let crew = crews[crew(watching: device)] else { return .silent }
        if crew.child == nil, crew.problem?.isOfSilence != true {
            return .unreadable(words: "it could not be asked")
        }
        // Whoever starts is not silent yet, unless one before it was.
        if crew.child != nil, crew.problem == nil, !hasEverRead, let busy = crew.busy, busy.gpu == nil {
            return .unreadable(words: "the driver is starting")
        }
        // A second is much more than a look at a GPU that is well takes.
        if let busy = crew.busy, let gpu = busy.gpu, gpu != device.gpu, busy.milliseconds > 1_000 {
            return .unreadable(words: "the driver was held up by another device")
        }
        return .silent
    }

    /// An answer for all who wait for this device.
    func answer(_ reading: DeviceReading, to only: Int? = nil) {
        for id in only.map({ [$0] }) ?? Array(examinations.keys) {
            guard examinations[id]?.keys.contains(reading.device) == true else { continue }
            examinations[id]?.readings[reading.device] = reading
            if isAnswered(id) { finish(id) }
        }
    }

    func heard(_ report: WatchReport, from child: Int) {
        guard let name = name(ofChild: child) else { return }
        crews[name]?.lastHeard = .now
        switch report {
        case .alive(let busy):
            crews[name]?.busy = busy
            guard let busy else { return }
            if busy.milliseconds > patience(with: name, busy).milliseconds { hung(name, gpu: busy.gpu) }
        case .reading(let reading): found(reading, by: name)
        case .examined(let id, let reading):
            found(reading, by: name)
            answer(reading, to: id)
        case .incident(let told): take(told)
        case .minor(let key, let minor): tell(.minor(key, minor))
        case .kernelLogRead(let sequence): kernelLogSequence = max(sequence, kernelLogSequence ?? 0)
        case .kernelLogClosed(let errno): kernelLogErrno = errno
        case .failed(let problem):
            crews[name]?.isGivingUp = true
            crews[name]?.problem = problem
            let words = problem.shortWords
            for device in touched(by: name) { answer(DeviceReading(device.key, contact: .unreadable(words: words))) }
        }
    }

    private func patience(with name: CrewName, _ busy: WatchReport.Busy) -> TimeSpan {
        // To start the driver takes a new process as long as ever.
        guard busy.isFirst, crews[name]?.isAskingAgain != true || busy.gpu == nil else { return limits.patience }
        return hasEverRead ? limits.firstPatience : limits.coldPatience
    }

    private func found(_ reading: DeviceReading, by name: CrewName) {
        if crews[name]?.isGivingUp == false {
            crews[name]?.hasRead = true
            if reading.contact == .answers { hasEverRead = true }
            crews[name]?.problem = nil
        }
        tell(.reading(reading))
    }

    private func take(_ told: WatchReport.ToldIncident) {
        let at = Timestamp(milliseconds: now().milliseconds - told.age.milliseconds)
        guard devices.contains(where: { $0.key == told.device }), incidents.admits(told.device, told.kind, at: at) else {
            return
        }
        tell(.incident(DeviceIncident(told.device, told.kind, at: at, pid: told.pid, command: told.command)))
    }
}
