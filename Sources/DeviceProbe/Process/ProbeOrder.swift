package import FleetModel

/// What a probe's child shall do, as the words of its command line: `examine key=GPU-6d1f… minor=0 budget=4000`.
package struct ProbeOrder: Hashable, Sendable {
    package enum Task: String, CaseIterable, Sendable {
        /// `DeviceExaminer.examine`.
        case examine
        /// `ProcessorCurves.measure`.
        case processorCurves = "processor-curves"
        /// `DeviceCurves.measure`.
        case deviceCurves = "device-curves"
        /// `MemoryCanary.fill`.
        case canaryFill = "canary-fill"
        /// `MemoryCanary.count`.
        case canaryCount = "canary-count"
    }

    package var task: Task
    package var target: ProbeTarget
    package var budget = TimeSpan.seconds(4)
    /// To test, at most.
    package var bytes = DeviceExaminer.usualBytes
    /// Of patterns and inputs; nil: another one each time.
    package var seed: UInt64?
    /// The canary's share of what is free.
    package var thousandths = 950
    package var memory = MemoryCanary.MemoryKind.device
    /// The most rows of a curve's matrices.
    package var largest: Int?
    /// The canary goes on writing until it is killed.
    package var isHeld = false
    /// The canary gives its memory back before it ends.
    package var isFreed = false

    package init(_ task: Task, _ target: ProbeTarget = ProbeTarget()) {
        self.task = task
        self.target = target
    }

    /// The names of the words that may follow the task: `NAME=VALUE`.
    package static let names = [
        "key", "pci", "minor", "budget", "bytes", "seed", "thousandths", "memory", "largest", "held", "freed",
    ]

    /// A word that means nothing, or whose value can't be read.
    package struct ParseError: Error, Hashable, Sendable {
        package let word: String
    }

    package init(parsing words: [String]) throws(ParseError) {
        guard let first = words.first, let task = Task(rawValue: first) else {
            throw ParseError(word: words.first ?? "")
        }
        self.init(task)
        var key: DeviceKey?, address: String?, minor: Int?
        for word in words.dropFirst() {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw ParseError(word: word) }
            let value = parts[1]
            func number<Number: FixedWidthInteger>(_ least: Number) throws(ParseError) -> Number {
                guard let number = Number(value), number >= least else { throw ParseError(word: word) }
                return number
            }
            switch parts[0] {
            case "key": key = DeviceKey(value)
            case "pci": address = value
            case "minor": minor = try number(0)
            case "budget": budget = TimeSpan(milliseconds: try number(1))
            case "bytes": bytes = try number(1)
            case "seed": seed = try number(0)
            case "thousandths": thousandths = try number(1)
            case "largest": largest = try number(1)
            case "held", "freed":
                guard value == "yes" else { throw ParseError(word: word) }
                if parts[0] == "held" { isHeld = true } else { isFreed = true }
            case "memory":
                guard let kind = MemoryCanary.MemoryKind(rawValue: value) else { throw ParseError(word: word) }
                memory = kind
            default: throw ParseError(word: word)
            }
        }
        target = ProbeTarget(key: key, pciAddress: address, minor: minor)
    }

    /// What `init(parsing:)` reads.
    package var words: [String] {
        var words = [task.rawValue, "budget=\(budget.milliseconds)", "bytes=\(bytes)"]
        if let key = target.key { words.append("key=\(key.name)") }
        if let address = target.pciAddress { words.append("pci=\(address)") }
        if let minor = target.minor { words.append("minor=\(minor)") }
        if let seed { words.append("seed=\(seed)") }
        if let largest { words.append("largest=\(largest)") }
        if isHeld { words.append("held=yes") }
        if isFreed { words.append("freed=yes") }
        return words + ["thousandths=\(thousandths)", "memory=\(memory.rawValue)"]
    }
}
