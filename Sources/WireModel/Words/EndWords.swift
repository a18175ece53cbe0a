package import FleetModel

extension EndReason {
    /// One word for programs.
    package var word: String {
        switch self {
        case .finished: "finished"
        case .expired: "expired"
        case .returned: "returned"
        case .idle: "idle"
        case .preempted: "preempted"
        case .revoked: "revoked"
        case .nodeLost: "nodeLost"
        case .deviceFailed: "deviceFailed"
        case .launchFailed: "launchFailed"
        case .drained: "drained"
        }
    }

    /// What happened, as the rest of a sentence: "lease 7 …".
    package func words(_ outcome: AttemptOutcome?) -> String {
        switch self {
        case .finished: return outcome?.words ?? "ended"
        case .expired:
            return "ended because its time was over; ask for more, or extend it while it runs"
        case .returned(let user): return "was given back by \(user)"
        case .idle: return "was taken back because its devices were idle"
        case .preempted:
            return
                "was taken back: it was beyond its team's guarantee, and a request that a guarantee covers got its devices; submit it again"
        case .revoked(let user, let reason): return "was revoked by \(user): \(reason)"
        case .nodeLost: return "was lost with its node: the machine restarted while the work ran; submit it again"
        case .deviceFailed(let detail):
            return "was ended because a device failed (\(detail)); submit it again, it gets another one"
        case .launchFailed: return outcome?.words ?? "could not be started"
        case .drained: return "was ended because its node was to be empty by then; submit it again, it gets another one"
        }
    }
}

extension AttemptOutcome {
    /// As the rest of a sentence.
    package var words: String {
        switch self {
        case .exited(let code): "ended with exit code \(code)"
        case .signalled(let signal): "was ended by signal \(signal)\(signal == 9 ? " (killed; often: out of memory)" : "")"
        case .killed: "was killed together with its sandbox"
        case .neverBegan: "never began: its sandbox did not come up; `carrel doctor` looks for the reason"
        case .launchFailed(let failure): "could not be started: \(failure.words)"
        case .nodeLost: "was lost with its node"
        case .unknown:
            "is over, and how it ended is not known: its record is gone, or the ledger was restored from a backup; look at its output"
        }
    }
}

extension LaunchFailure {
    /// What happened and what to do next.
    package var words: String {
        switch self {
        case .commandNotFound(let command):
            "there is no command \(command.shown) in the work's PATH; check the spelling, or give its whole path"
        case .commandNotExecutable(let command):
            "\(command.shown) can't be executed by the work's user; check its permissions (chmod +x) and first line"
        case .directoryMissing(let path): "the folder \(path.shown) is not there any more; run from one that exists"
        case .directoryForbidden(let path, let user):
            "the folder \(path.shown) can't be entered by \(user), who runs the work; run from a folder that this user can read"
        case .argumentsTooLong(let bytes):
            "the arguments and environment are \(bytes) bytes, more than the kernel takes; put large data in a file"
        case .accountUnknown(let user): "the machine has no account \(user.shown) to run the work as"
        case .deviceNodeMissing(let path):
            "the device node \(path.shown) is missing; ask the administrator to run `carrel doctor`"
        case .storageFull(let detail): "the disk is full (\(detail)); free some room and run it again"
        case .environmentMissing(let name):
            "there is no environment \(name.shown) that the work's user can use, or it is not whole; `carrel env list` shows those there are, `carrel env create` makes one"
        case .dataUnavailable(let name, let trouble): "the data set \(name.shown) \(trouble.words)"
        case .numberTaken(let number, let owner):
            "the account's number \(number) belongs to \(owner.shown), whose rights the work would have; an administrator gives the account another one: carrel user set NAME --unix-user NUMBER"
        case .sandbox(let detail): "the sandbox could not be made: \(detail); `carrel doctor` tells what it needs"
        }
    }
}

extension DataTrouble {
    /// As the rest of a sentence about it.
    package var words: String {
        switch self {
        case .removed: "was removed by an administrator; `carrel data` shows those that there are"
        case .forOthers: "is for teams that you are not in; `carrel data` shows those that you may use"
        case .missing:
            "is not where it was: its folder is gone, or a link lies on the way to it; tell an administrator, who looks with `carrel data show`"
        case .closed:
            "can't be entered by the Unix user that runs the work; ask an administrator to give that user the right to read it"
        }
    }
}

extension String {
    /// For terminals and pages: no control characters, and not endless.
    package var shown: String {
        let clean = String(String.UnicodeScalarView(unicodeScalars.prefix(200))).withoutControls
        return unicodeScalars.count > 200 ? clean + "…" : clean
    }
}
