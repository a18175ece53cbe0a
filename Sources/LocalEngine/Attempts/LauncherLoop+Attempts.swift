import CLinux
import EngineInterface
import FleetModel
import Foundation
import Glibc

extension LauncherLoop {
    /// bubblewrap has told the pid of its child, or has ended without.
    func readSandboxInfo(_ attempt: LiveAttempt) {
        guard case .parked(var parked) = attempt.stage, parked.pid == nil, let part = parked.info.readSome() else { return }
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
                // What can't be read now says nothing of how it ended.
                if attempt.folder.isReadable { settle(attempt) }
            } else if now - since > 1_000 {
                if Record.isBlank(attempt.folder.file(.began)) {
                    // bubblewrap was killed before its child knew what to do: that one would wait for ever.
                    endHolders(of: attempt)
                } else {
                    // It runs, and could not be watched when it was adopted.
                    _ = watch(attempt)
                }
            }
        }
    }

    /// Pid 1 is gone and the lock is free: nothing of the attempt runs any more.
    func settle(_ attempt: LiveAttempt) {
        attempt.stage = .over
        attempt.phase = .ended(attempt.folder.outcome(bootID: bootID))
        send(.changed([attempt.status], gone: []))
        // Before the tidying: the next user waits for this word.
        flushServer()
        tidy(attempt)
    }

    /// Removes what lies outside the folder, and the socket that nobody answers any more.
    func tidy(_ attempt: LiveAttempt) {
        logs.bound(attempt.folder, warn: warn)
        emptyGroups += ControlGroups.remove(attempt.groups)
        unlink(attempt.folder.file(.attach))
        Files.deleteFolder(attempt.folder.file(.devices))
    }

    // MARK: Adoption

    /// Finds the attempts that an earlier launcher left.
    func adopt() {
        let top = data.place.attemptsFolder
        for lease in Files.names(in: top) {
            guard let leaseNumber = Int64(lease) else { continue }
            for name in Files.names(in: "\(top)/\(lease)") {
                guard let number = Int(name) else { continue }
                adopt(AttemptKey(lease: LeaseID(leaseNumber), number: number))
            }
            // Only when it is empty.
            rmdir("\(top)/\(lease)")
        }
    }

    private func adopt(_ key: AttemptKey) {
        let folder = AttemptFolder(path: path(of: key))
        let spec = folder.readSpec()
        if spec == nil, folder.isLockFree() {
            discard(key, folder)
            return
        }
        // What holds its lock runs, whether or not its spec can be read: it must never be taken for gone.
        let attempt = LiveAttempt(
            key: key, folder: folder, groups: spec?.limits ?? groups.folders(for: key),
            devices: spec?.order.devices.map(\.key), stage: .leaving(since: now), phase: .preparing)
        attempts[key] = attempt
        if folder.isLockFree(), folder.isReadable {
            settle(attempt)
            return
        }
        if folder.hasBegun { attempt.phase = .running }
        _ = watch(attempt)
    }

    /// A folder without a spec: it was never answered for, so that nothing was launched; or it was being forgotten.
    private func discard(_ key: AttemptKey, _ folder: AttemptFolder) {
        guard folder.hasBegun || Record.isTouched(folder.file(.exit)) else {
            Files.deleteFolder(folder.path)
            return
        }
        let parent = "\(data.place.logsFolder)/\(key.lease)"
        if (try? Files.makeFolder(parent)) != nil { _ = rename(folder.path, "\(parent)/\(key.number)") }
    }
}
