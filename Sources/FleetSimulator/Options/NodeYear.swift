import FleetModel

extension SimulationOptions {
    /// A year of a machine with eight devices, a thousand times as fast: all that goes wrong in it within 8.76 hours, beside
    /// work that keeps it busy.
    ///
    /// How often is what operators of large fleets have published, per eight devices and year; for software and users it is
    /// an assumption. `Docs/simulation.md` has the table.
    package init(nodeYear seed: UInt64) {
        self.init(seed: seed)
        var random = SeededGenerator(seed: seed ^ 0x0DE_7EA2)
        nodes = [Self.eightDevices]
        crowd.requests = 150
        crowd.longestLease = .hours(2)
        crowd.users = ["alice", "bob", "carol", "dave"].map { UserName($0) }
        crowd.teams = [Team(name: TeamName("vision"), guarantee: 2, members: Array(crowd.users.prefix(2)))]
        policy = SchedulingPolicy(defaultDuration: .hours(1), grace: .seconds(60))
        checkpointEvery = 50
        safetyPhase = TimeSpan(milliseconds: 8_760 * 3_600)
        faults = .none
        // Work that no signal ends for a while: 50 a year, of some 150 leases of which one in five is ended by force.
        faults[.unkillable] = Ratio(perMille: 900)
        faults[.ignoresTermination] = Ratio(perMille: 300)
        faults[.killedMidKernel] = Ratio(perMille: 100)
        strikes = Self.yearly.flatMap { fault, hundredths in
            let certain = hundredths / 100, more = random.below(100) < hundredths % 100 ? 1 : 0
            return Array(repeating: fault, count: certain + more)
        }
    }

    /// How often each fault strikes in a hundred years.
    private static let yearly: [(Fault, Int)] = [
        // A device that is lost 0.5, memory 0.25, static memory or the device's own processor 0.1, heat 0.05.
        (.deviceFails, 90),
        // Gone from the bus.
        (.deviceVanishes, 50),
        // Wrong results, that only a look at the device shows: 0.02; left unusable by work that was killed: 5.
        (.verificationFails, 502),
        (.driverWedged, 200),
        (.devicesVanishTogether, 400),
        (.machineRestarts, 200),
        // Services that crash or are upgraded: 12.
        (.crashAnyTime, 600), (.engineCrashes, 600),
        (.nodeSuspected, 20), (.administratorActs, 100),
    ]

    private static var eightDevices: Node {
        let devices = (0..<8).map { index in
            Device(
                key: DeviceKey("n1-\(index)"), model: "NVIDIA A100-SXM4-80GB", memory: MemoryBytes(80_000_000_000),
                isSimulated: true)
        }
        let links = (0..<8).map { left in (0..<8).map { $0 == left ? 0 : 100 } }
        return Node(
            name: NodeName("n1"), devices: devices, links: links, cores: .cores(64), memory: MemoryBytes(1_000_000_000_000))
    }
}
