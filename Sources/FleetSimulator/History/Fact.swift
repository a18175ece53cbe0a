import FleetModel
import LeaseLedger

/// Something that really happened in a run, seen by nobody in it: what the historian judges by, and what a trace shows.
struct Fact {
    enum Kind {
        // In the log
        case event(RecordedEvent)
        // At the server's door
        case asked(Command)
        case answered(Command, isYes: Bool)
        /// A submission got its answer; nil: it was rejected.
        case submitted(key: Int, LeaseID?)
        // On the machines
        case launched(AttemptKey, NodeName, [DeviceKey])
        case began(AttemptKey)
        case stopped(AttemptKey, force: Bool)
        /// The outcome is what the engine can know of it. Processes that it left behind are there until a moment.
        case ended(AttemptKey, AttemptOutcome, EndCause, leftoverUntil: Timestamp?)
        /// A restart left no process of anybody.
        case swept(NodeName)
        /// A look at an attempt's devices, and all devices that were not clean then.
        case looked(AttemptKey, dirty: [DeviceKey])
        /// A device failed so that work can't go on with it.
        case failed(DeviceKey)
        // Bad luck
        case struck(Fault)
        /// Deadlines may be met late after it.
        case disturbed(String)
        /// Whether plans are adopted: from a start's first comparison with the engine's list on.
        case planning(Bool)
    }

    enum EndCause {
        case itself, stopped, nodeRestarted
    }

    /// True time, and what the clock of the commands showed.
    let at: Timestamp
    let clock: Timestamp
    let kind: Kind
}

extension Fact {
    /// For a trace, on one line: true time since the beginning, then what happened.
    func text(since start: Timestamp) -> String {
        let span = at - start
        let skew = clock - at
        let ahead = skew == .zero ? "" : " [clock \(skew < .zero ? "" : "+")\(skew.text)]"
        return "\(Self.padded(span.milliseconds)) ms\(ahead) \(words)"
    }

    private static func padded(_ number: Int64) -> String {
        let text = "\(number)"
        return String(repeating: " ", count: max(0, 9 - text.utf8.count)) + text
    }

    private var words: String {
        switch kind {
        case .event(let event): "#\(event.sequence) \(event.event)"
        case .asked(let command): "asked: \(command)"
        case .answered(let command, let isYes): "answered \(isYes ? "yes" : "no"): \(command)"
        case .submitted(let key, let id): "submission \(key) is \(id.map { "request \($0)" } ?? "rejected")"
        case .launched(let key, let node, let devices): "launched \(key) on \(node) \(devices.map(\.name))"
        case .began(let key): "began \(key)"
        case .stopped(let key, let force): "stopped \(key)\(force ? " by force" : "")"
        case .ended(let key, let outcome, let cause, _): "ended \(key): \(outcome), by \(cause)"
        case .swept(let node): "\(node) has restarted"
        case .looked(let key, let dirty): "looked at \(key); not clean: \(dirty.map(\.name))"
        case .failed(let device): "device \(device) fails its work"
        case .struck(let fault): "-- fault: \(fault)"
        case .disturbed(let text): "-- \(text)"
        case .planning(let isAllowed): isAllowed ? "the engine's list was compared" : "nothing is planned yet"
        }
    }
}
