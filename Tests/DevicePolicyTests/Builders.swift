import DevicePolicy
import FleetModel

let gpu = DeviceKey("GPU-1")
let epoch = DriverEpoch(bootID: "boot-1", load: "load-1")

/// Milliseconds since the tests' own beginning, which is no special time.
func time(_ span: TimeSpan) -> Timestamp { Timestamp(milliseconds: 1_000_000_000_000) + span }

func at(minutes: Int64) -> Timestamp { time(.minutes(minutes)) }

/// A device that is well, free and read in full.
func wellReading(_ device: DeviceKey = gpu, _ change: (inout DeviceReading) -> Void = { _ in }) -> DeviceReading {
    var reading = DeviceReading(device)
    reading.utilization = 0
    reading.memoryUsed = MemoryBytes(4 << 20)
    reading.power = Power(milliwatts: 55_000)
    reading.energy = Energy(millijoules: 5_000_000)
    reading.uncorrectedErrors = 0
    reading.correctedErrors = 0
    reading.rows = RowRemapping()
    reading.recovery = .nothing
    reading.processes = []
    change(&reading)
    return reading
}

/// A return after which everything is well and known.
func cleanEvidence(_ change: (inout ReturnEvidence) -> Void = { _ in }) -> ReturnEvidence {
    var seen = ReturnEvidence(
        gpu, before: wellReading(), after: wellReading(), incidents: [], probe: .passed, baseline: learnt(4 << 20))
    change(&seen)
    return seen
}

func learnt(_ bytes: Int64) -> MemoryBaseline {
    var baseline = MemoryBaseline()
    for _ in 0..<MemoryBaseline.looksNeeded {
        baseline.learn(wellReading { $0.memoryUsed = MemoryBytes(bytes) }, in: epoch)
    }
    return baseline
}

func xid(_ number: Int, on device: DeviceKey = gpu, at when: Timestamp = at(minutes: 0)) -> DeviceIncident {
    DeviceIncident(device, .xid(number), at: when)
}

func process(_ pid: Int32, _ command: String? = "python", by user: String? = "alice", _ bytes: Int64? = 1 << 30)
    -> DeviceProcess
{
    var process = DeviceProcess(pid: pid, memory: bytes.map { MemoryBytes($0) })
    process.command = command
    process.user = user
    return process
}

/// The same numbers for the same seed, on every machine: Knuth's constants for 64 bits, of which the upper half is used.
struct LinearGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(below bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    mutating func chance(_ percent: Int) -> Bool { next(below: 100) < percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[next(below: elements.count)] }
}

/// What one round says that knows of no earlier one.
func verdict(
    on seen: ReturnEvidence, work: [CleanCheck] = [], _ progress: ReturnProgress, at now: Timestamp
) -> ReturnVerdict {
    var doubts = ReturnDoubts()
    return CleanReturn.round(on: seen, work: work, &doubts, progress, at: now).verdict
}
