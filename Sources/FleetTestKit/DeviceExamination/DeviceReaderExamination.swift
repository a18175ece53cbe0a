import FleetModel

/// A reader of devices did not do what every one must.
package struct DeviceExaminationFailure: Error, CustomStringConvertible {
    package let description: String
}

/// The examination that every reader of devices passes: NVIDIA's on the stub and on a real GPU, AMD's, the simulated one.
/// The devices are well and nobody uses them meanwhile. Throws at the first promise that is not kept.
package func exerciseDeviceReader(_ candidate: DeviceReaderCandidate) async throws {
    let examination = DeviceReaderExamination(candidate: candidate)
    try await examination.sampling()
    try await examination.examining()
    try await examination.counting()
    try await examination.strangers()
}

struct DeviceReaderExamination {
    let candidate: DeviceReaderCandidate
    /// What a look closer than the cheap one adds.
    private static let close: [DeviceReaderCandidate.Field] = [
        .uncorrectedErrors, .correctedErrors, .rows, .recovery, .processes,
    ]
    private static let patience = TimeSpan.seconds(30)

    var keys: [DeviceKey] { candidate.devices.map(\.key) }

    func require(_ condition: Bool, _ promise: @autoclosure () -> String) throws {
        guard condition else { throw DeviceExaminationFailure(description: promise()) }
    }

    func sampling() async throws {
        let readings = await candidate.sample(keys)
        try require(readings.map(\.device) == keys, "a sample has each device once, in the order that was asked for")
        for reading in readings {
            try check(reading, missing: candidate.known.filter { !Self.close.contains($0) && !reading.told.contains($0) })
        }
    }

    func examining() async throws {
        let readings = await candidate.examine(keys, Self.patience)
        try require(readings.map(\.device) == keys, "a close look has each device once, in the order that was asked for")
        for reading in readings {
            try check(reading, missing: candidate.known.filter { !reading.told.contains($0) })
            let processes = reading.processes ?? []
            try require(
                processes.map(\.pid) == processes.map(\.pid).sorted() && Set(processes.map(\.pid)).count == processes.count,
                "processes are listed once each, in the order of their numbers")
            try require(processes.allSatisfy { $0.pid > 0 }, "process numbers are process numbers")
        }
        let backwards = await candidate.examine(keys.reversed(), Self.patience)
        try require(backwards.map(\.device) == keys.reversed(), "the order is that of the question")
        let nothing = await candidate.examine([], Self.patience)
        try require(nothing.isEmpty, "asked for nothing, a reader answers nothing")
    }

    /// What a device that is well can show.
    private func check(_ reading: DeviceReading, missing: [DeviceReaderCandidate.Field]) throws {
        let name = reading.device.name
        try require(reading.contact == .answers, "\(name) answers: \(reading.contact)")
        try require(missing.isEmpty, "\(name) tells \(missing)")
        try require((0...100).contains(reading.utilization ?? 0), "utilisation is per cent")
        let memory = candidate.devices.first { $0.key == reading.device }?.memory ?? .zero
        try require((.zero...memory).contains(reading.memoryUsed ?? .zero), "no more memory is used than there is")
        // No board takes more than 3 kW, and none that is on takes nothing.
        if let power = reading.power { try require((1...3_000_000).contains(power.milliwatts), "power: \(power)") }
        if let degrees = reading.temperature { try require((-20...120).contains(degrees), "temperature: \(degrees)") }
        try require((reading.energy?.millijoules ?? 0) >= 0, "energy is not negative")
        try require(
            (reading.uncorrectedErrors ?? 0) >= 0 && (reading.correctedErrors ?? 0) >= 0, "counts are not negative")
        try require(reading.rows?.hasFailed != true, "a device that is well has no row that can't be replaced")
    }

    func counting() async throws {
        let before = await candidate.sample(keys)
        try await candidate.passTime()
        let after = await candidate.sample(keys)
        for (early, late) in zip(before, after) {
            guard let from = early.energy, let to = late.energy else { continue }
            try require(from <= to, "energy only grows: \(from) then \(to)")
        }
    }

    func strangers() async throws {
        let stranger = DeviceKey("GPU-00000000-no-such-device")
        let readings = await candidate.examine([stranger] + keys.prefix(1), Self.patience)
        try require(readings.map(\.device) == [stranger] + keys.prefix(1), "a device that isn't there is answered for")
        try require(readings[0].contact != .answers, "nothing answers for a device that isn't there")
        try require(readings[0].told.isEmpty, "nothing is known of a device that isn't there")
        try require(readings.dropFirst().allSatisfy { $0.contact == .answers }, "it doesn't hide the others")
    }
}
