extension Quarantine.Reason {
    /// What is wrong, as the rest of a sentence: "GPU-1 is in quarantine: …".
    package var words: String {
        switch self {
        case .notReleased(let detail): "it was not let go: \(detail)"
        case .memoryStuck(let above): "\(above.text) of its memory stayed in use with nobody there"
        case .xid(let number): "the driver reported error Xid \(number)"
        case .lost(let detail): "the driver gave it up: \(detail)"
        case .silent: "the driver does not answer for it"
        case .memoryErrors(let detail): "its memory has errors: \(detail)"
        case .recoveryDue(let action): "the driver asks for \(action.words)"
        case .probeFailed(let detail): "the probe failed: \(detail)"
        case .ordered(let user, let detail): detail.isEmpty ? "ordered by \(user)" : "ordered by \(user): \(detail)"
        }
    }
}

extension RecoveryAction {
    /// What is asked for.
    package var words: String {
        switch self {
        case .nothing: "nothing"
        case .reset: "a reset of the GPU"
        case .rebootNode: "a restart of the machine"
        case .drainLinks: "an end of all work over the links between GPUs"
        case .drainAndReset: "an end of the work and a reset of the GPU"
        case .recoverChannels: "new channels between machines (IMEX)"
        }
    }
}

extension Quarantine.Cure {
    /// What brings the device back.
    package var words: String {
        switch self {
        case .retest: "it is looked at again by itself, and comes back when every check passes"
        case .reset:
            "reset it (nvidia-smi --gpu-reset) when nothing uses it: Carrel leaves it alone meanwhile, and looks at it once an hour; "
                + "`carrel quarantine GPU --retest` has it looked at now, and it comes back when every check passes"
        case .reboot: "restart the machine when its work is done; it comes back when every check passes"
        case .hardware: "have the hardware looked at; `carrel quarantine GPU --release` puts it back"
        case .hand: "`carrel quarantine GPU --release` puts it back"
        }
    }
}
