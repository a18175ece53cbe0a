import CLinux
import EngineInterface
import FleetModel
import Glibc

extension LauncherLoop {
    func perform(_ ask: Ask, _ id: UInt64) {
        switch ask {
        case .launch(let order): reply(id, launch(order))
        case .stop(let key, let force):
            if let attempt = attempts[key] { stop(attempt, force: force) }
            reply(id, .done)
        case .forget(let key): reply(id, forget(key))
        case .verify(let key, let devices): verify(key, devices, replyTo: id)
        case .openOutput(let key): openOutput(key, replyTo: id)
        case .openConsole(let key): openConsole(key, replyTo: id)
        case .judgePeer(let pid): reply(id, .peer(judge(pid)))
        case .report: sendReport(to: id)
        case .usedBytes: reply(id, .bytes(usedBytes()))
        case .ready:
            if !isStopping { ServiceManager.tell("READY=1") }
            reply(id, .done)
        }
    }

    func reply(_ id: UInt64, _ answer: Answer, descriptors: [Descriptor] = []) {
        send(.answer(id, answer), descriptors: descriptors)
    }

    private func stop(_ attempt: LiveAttempt, force: Bool) {
        switch attempt.stage {
        case .parked:
            // Nothing has begun, and without the byte that starts it nothing will.
            attempt.stage = .leaving(since: now)
        case .watched(let pidfd, _):
            _ = linux_pidfd_signal(pidfd.number, force ? SIGKILL : SIGTERM)
            if force { ControlGroups.killAll(in: attempt.groups) }
        case .leaving:
            if force { ControlGroups.killAll(in: attempt.groups) }
        case .over: break
        }
    }

    /// Takes an attempt that is over out of the list. Its logs move to where nobody looks at them at start.
    private func forget(_ key: AttemptKey) -> Answer {
        guard let attempt = attempts[key] else { return .done }
        guard attempt.isOver else { return .failed("attempt \(key) is not over") }
        let folder = attempt.folder
        do throws(SystemFailure) {
            // First what may be secret: after a crash in between, forgetting is done again.
            for file in [AttemptFolder.File.spec, .attach, .failure, .sandboxLog] { unlink(folder.file(file)) }
            let parent = "\(data.place.logsFolder)/\(key.lease)"
            try Files.makeFolder(parent)
            guard rename(folder.path, "\(parent)/\(key.number)") == 0 || errno == ENOENT else {
                throw SystemFailure("move the logs of attempt \(key)")
            }
            rmdir(folder.path.parentFolder)
            try Files.syncFolder(parent)
        } catch {
            return error.isStorageFull ? .storageFull(error.text) : .failed(error.text)
        }
        attempts[key] = nil
        send(.changed([], gone: [key]))
        return .done
    }

    private func openOutput(_ key: AttemptKey, replyTo id: UInt64) {
        let folder = anyFolder(of: key)
        do {
            let files = [try folder.open(.out, O_RDONLY), try folder.open(.err, O_RDONLY)]
            reply(id, .descriptors, descriptors: files)
        } catch {
            reply(id, .failed(error.text))
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
            reply(id, .failed(error.text))
        }
    }

    /// The folder of an attempt, in the list or forgotten.
    func anyFolder(of key: AttemptKey) -> AttemptFolder {
        let forgotten = "\(data.place.logsFolder)/\(key.lease)/\(key.number)"
        return AttemptFolder(path: attempts[key] == nil && Files.exists(forgotten) ? forgotten : path(of: key))
    }

    func path(of key: AttemptKey) -> String { "\(data.place.attemptsFolder)/\(key.lease)/\(key.number)" }

    private func judge(_ pid: Int32) -> PeerVerdict {
        guard let depth = ProcessFacts.namespaceDepth(of: pid) else { return .gone }
        return depth == ProcessFacts.namespaceDepth(of: getpid()) ? .accepted : .otherNamespace
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
