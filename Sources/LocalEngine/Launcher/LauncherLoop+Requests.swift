import CLinux
import EngineInterface
import FleetModel
import Glibc

extension LauncherLoop {
    func perform(_ ask: Ask, _ id: UInt64, _ descriptors: [Descriptor]) {
        switch ask {
        case .launch(let order): launch(order, replyTo: id)
        case .stop(let key, let force):
            cancelLaunch(key)
            if let attempt = attempts[key] { stop(attempt, force: force) }
            reply(id, .done)
        case .forget(let key): forgetLater(key, replyTo: id)
        case .verify(let key, let devices): verify(key, devices, replyTo: id)
        case .openOutput(let key): openOutput(key, replyTo: id)
        case .openProgress(let key): openProgress(key, replyTo: id)
        case .openConsole(let key): openConsole(key, replyTo: id)
        case .judgePeer(let pid): reply(id, judge(ProcessSeat.of(pid)))
        case .judgePeerProcess: reply(id, judge(descriptors.first.flatMap { ProcessSeat.of($0) }))
        case .report: sendReport(to: id)
        case .usedBytes: reply(id, .bytes(usedBytes()))
        case .use(let keys): sumUse(of: keys, replyTo: id)
        case .ready:
            if !isStopping { ServiceManager.tell("READY=1") }
            reply(id, .done)
        case .startHelper(let order): startHelper(order, replyTo: id)
        case .startFiles(let order): startFiles(order, replyTo: id)
        case .endHelper(let number):
            endHelper(number)
            reply(id, .done)
        case .holders(let devices): tellHolders(of: devices, replyTo: id)
        case .endHolder(let pid, let device, let force): endHolder(pid, of: device, force: force, replyTo: id)
        case .surveyData(let folder): surveyData(folder, replyTo: id)
        // In the data directory, whose disk the launcher can't do without.
        case .teamFolder(let name): reply(id, .folder(KeptFolders.found(of: name, data.place)))
        }
    }

    func reply(_ id: UInt64, _ answer: Answer, descriptors: [Descriptor] = []) {
        send(.answer(id, answer), descriptors: descriptors)
    }

    /// Nobody waits for it, and for the launch that comes at the same time somebody does: it gives way, for a moment.
    private func forgetLater(_ key: AttemptKey, replyTo id: UInt64, until deadline: Int64? = nil) {
        let deadline = deadline ?? now + 200
        later.append(
            (
                at: now + 20,
                action: { [weak self] in
                    guard let self else { return }
                    if isLaunching, now < deadline { return forgetLater(key, replyTo: id, until: deadline) }
                    reply(id, forget(key))
                }
            ))
    }

    /// Takes an attempt that is over out of the list. Its logs move to where nobody looks at them at start.
    private func forget(_ key: AttemptKey) -> Answer {
        guard let attempt = attempts[key] else { return .done }
        guard attempt.isOver else { return .failed("attempt \(key) is not over") }
        let folder = attempt.folder
        do throws(SystemFailure) {
            // First what may be secret: after a crash in between, forgetting is done again.
            for file in [AttemptFolder.File.spec, .attach, .failure, .sandboxLog, .progress] { unlink(folder.file(file)) }
            let parent = "\(data.place.logsFolder)/\(key.lease)"
            try Files.makeFolder(parent)
            guard rename(folder.path, "\(parent)/\(key.number)") == 0 || errno == ENOENT else {
                throw SystemFailure("move the logs of attempt \(key)")
            }
            // Not synced: a machine that loses this has the attempt in its list again, and it is forgotten again.
            rmdir(folder.path.parentFolder)
        } catch {
            return Answer(error)
        }
        attempts[key] = nil
        logsHaveCome(anyFolder(of: key))
        send(.changed([], gone: [key]))
        return .done
    }

    private func openOutput(_ key: AttemptKey, replyTo id: UInt64) {
        let folder = anyFolder(of: key)
        guard attempts[key] != nil || Files.exists(folder.path) else { return reply(id, .outputExpired(keptWords)) }
        do {
            let logs = folder.readable
            let files = [try folder.openShared(logs.out, O_RDONLY), try folder.openShared(logs.err, O_RDONLY)]
            reply(id, .descriptors, descriptors: files)
        } catch {
            reply(id, Answer(error))
        }
    }

    private func openConsole(_ key: AttemptKey, replyTo id: UInt64) {
        guard let attempt = attempts[key], !attempt.isOver else {
            reply(id, .failed("attempt \(key) does not run"))
            return
        }
        do {
            let folder = try Descriptor.open(attempt.folder.path, O_RDONLY | O_DIRECTORY)
            let name = AttemptFolder.File.attach.rawValue
            let socket = try checked(linux_connect_in(folder.number, name), "connect to attempt \(key)")
            reply(id, .descriptors, descriptors: [Descriptor(socket)])
        } catch {
            reply(id, Answer(error))
        }
    }

    /// The folder of an attempt, in the list or forgotten.
    func anyFolder(of key: AttemptKey) -> AttemptFolder {
        let forgotten = "\(data.place.logsFolder)/\(key.lease)/\(key.number)"
        return AttemptFolder(path: attempts[key] == nil && Files.exists(forgotten) ? forgotten : path(of: key))
    }

    func path(of key: AttemptKey) -> String { "\(data.place.attemptsFolder)/\(key.lease)/\(key.number)" }

    /// Nil: the kernel said nothing, or there is no room to ask it; another time it may.
    private func judge(_ seat: ProcessSeat?) -> Answer {
        switch (seat, ProcessSeat.of(getpid())) {
        case (.levels(let theirs, let sharesUsers), .levels(let ours, _)):
            .peer(theirs != ours ? .otherNamespace : sharesUsers ? .accepted : .otherUsers)
        case (.gone, _): .peer(.gone)
        default: .exhausted("the launcher could not look at a process")
        }
    }

    /// What attempts and logs occupy, in bytes.
    private func usedBytes() -> Int64 {
        var total: Int64 = 0
        for top in [data.place.attemptsFolder, data.place.logsFolder] {
            for lease in Files.names(in: top) {
                for number in Files.names(in: "\(top)/\(lease)") {
                    let folder = "\(top)/\(lease)/\(number)"
                    for name in Files.names(in: folder) {
                        total += Int64(Files.status("\(folder)/\(name)")?.st_blocks ?? 0) * 512
                    }
                }
            }
        }
        return total
    }
}
