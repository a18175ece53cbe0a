import CLinux
import EngineInterface
import FleetModel
import Foundation
import Glibc

extension LauncherLoop {
    /// bubblewrap has told the pid of its child, or has ended without.
    func readSandboxInfo(_ attempt: LiveAttempt) {
        guard case .parked(var parked) = attempt.stage, parked.pid == nil else { return }
        let part: [UInt8]
        do throws(SystemFailure) {
            guard let some = try parked.info.readSome() else { return }
            part = some
        } catch {
            part = []
        }
        parked.text += part
        struct Info: Decodable {
            let pid: Int32
            enum CodingKeys: String, CodingKey { case pid = "child-pid" }
        }
        if let info = try? JSONDecoder().decode(Info.self, from: Data(parked.text)) {
            release(attempt, parked, pid: info.pid)
        } else if part.isEmpty {
            attempt.stage = .leaving(since: now)
        } else {
            attempt.stage = .parked(parked)
        }
    }

    /// Writes down who pid 1 is, and only then lets it begin. Whatever fails here leaves it unbegun.
    private func release(_ attempt: LiveAttempt, _ parked: LiveAttempt.Parked, pid: Int32) {
        do throws(SystemFailure) {
            let pidfd = Descriptor(try checked(linux_pidfd_open(pid), "watch the sandbox"))
            guard let start = ProcessFacts.startTime(of: pid) else {
                throw SystemFailure("watch the sandbox", linux_pidfd_ended(pidfd.number) ? ESRCH : EAGAIN)
            }
            try attempt.folder.write(AttemptFolder.Identity(bootID: bootID, pid: pid, startTime: start))
            try parked.go.write([1], doing: "start the work")
            attempt.stage = .watched(pidfd: pidfd, pid: pid)
            makeSpareSoon()
        } catch {
            guard error.isExhaustion else { return attempt.stage = .leaving(since: now) }
            // Nothing has begun: it waits until there is room, as long as a sandbox may take.
            var waiting = parked
            waiting.pid = pid
            attempt.stage = .parked(waiting)
        }
    }

    /// Looks at an attempt that nothing has been heard of.
    func attend(_ attempt: LiveAttempt) {
        switch attempt.stage {
        case .over: break
        case .parked(let parked):
            // A sandbox that doesn't come up holds devices for nothing. Its byte is never written, so that nothing begins.
            if now - parked.since > LiveAttempt.Parked.patience {
                attempt.stage = .leaving(since: now)
            } else if let pid = parked.pid {
                release(attempt, parked, pid: pid)
            }
        case .watched:
            if attempt.phase == .preparing && attempt.folder.hasBegun {
                attempt.phase = .running
                send(.changed([attempt.status], gone: []))
            }
        case .leaving(let since):
            if attempt.folder.isLockFree() {
                settle(attempt)
            } else if now - since > 1_000 {
                if (try? Record.isBlank(attempt.folder.file(.began))) == true {
                    // bubblewrap was killed before its child knew what to do: that one would wait for ever.
                    endHolders(of: attempt)
                } else {
                    // It runs, and could not be watched when it was adopted.
                    _ = watch(attempt)
                }
            }
        }
    }

    /// From this attempt of a lease on, a sandbox that does not come up is told with bubblewrap's own words.
    private static let sandboxTries = 3

    /// Pid 1 is gone and the lock is free: nothing of the attempt runs any more. Where a record can't be read now, it
    /// stays in the list as it is, and is looked at again.
    func settle(_ attempt: LiveAttempt) {
        do throws(SystemFailure) {
            attempt.phase = .ended(
                try attempt.folder.outcome(
                    bootID: bootID, mayTryAgain: attempt.key.number < Self.sandboxTries))
        } catch {
            return warnOfRecords(attempt.key, error)
        }
        attempt.stage = .over
        send(.changed([attempt.status], gone: []))
        // Before the tidying: the next user waits for this word.
        flushServer()
        tidy(attempt)
    }

    /// Removes what lies outside the folder, and the socket that nobody answers any more.
    func tidy(_ attempt: LiveAttempt) {
        boundFinally(attempt.folder)
        emptyGroups += ControlGroups.remove(attempt.groups)
        unlink(attempt.folder.file(.attach))
        Files.deleteFolder(attempt.folder.file(.devices))
    }

    // MARK: Adoption

    /// Finds the attempts that an earlier launcher left.
    func adopt() throws(LauncherError) {
        do throws(SystemFailure) { try adoptAll(data.place.attemptsFolder) } catch {
            // Work that is not found would be taken for work that never began.
            throw .dataDirectoryAway(path: data.place.path, detail: error.text)
        }
    }

    private func adoptAll(_ top: String) throws(SystemFailure) {
        for lease in try Files.list(top) {
            guard let leaseNumber = Int64(lease) else { continue }
            for name in try Files.list("\(top)/\(lease)") {
                guard let number = Int(name) else { continue }
                adopt(AttemptKey(lease: LeaseID(leaseNumber), number: number))
            }
            // Only when it is empty.
            rmdir("\(top)/\(lease)")
        }
    }

    private func adopt(_ key: AttemptKey) {
        let folder = AttemptFolder(path: path(of: key))
        var limits = groups.folders(for: key), devices: [DeviceKey]?, copies: [String] = [], copying: DataCopyAct?
        do throws(SystemFailure) {
            if let spec = try folder.readSpec() {
                limits = spec.limits
                devices = spec.order.devices.map(\.key)
                (copies, copying) = (spec.copies ?? [], spec.order.work.copying)
            } else if folder.isLockFree() {
                return try discard(key, folder)
            }
        } catch {
            warnOfRecords(key, error)
        }
        // What holds its lock runs, whether or not its records can be read: it must never be taken for gone.
        let attempt = LiveAttempt(
            key: key, folder: folder, groups: limits, devices: devices, stage: .leaving(since: now), phase: .preparing)
        (attempt.copies, attempt.copying) = (copies, copying)
        attempts[key] = attempt
        if folder.isLockFree() { return settle(attempt) }
        if folder.hasBegun { attempt.phase = .running }
        _ = watch(attempt)
    }

    private func warnOfRecords(_ key: AttemptKey, _ failure: SystemFailure) {
        warn("the records of attempt \(key) can't be read now (\(failure.text)); it stays listed and is looked at again")
    }

    /// A folder without a spec: it was never answered for, so that nothing was launched; or it was being forgotten.
    private func discard(_ key: AttemptKey, _ folder: AttemptFolder) throws(SystemFailure) {
        if try folder.isBlank { return Files.deleteFolder(folder.path) }
        let parent = "\(data.place.logsFolder)/\(key.lease)"
        if (try? Files.makeFolder(parent)) != nil { _ = rename(folder.path, "\(parent)/\(key.number)") }
    }
}
