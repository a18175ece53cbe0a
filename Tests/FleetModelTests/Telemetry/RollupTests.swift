import FleetModel
import Testing

@Suite("Rollups")
struct RollupTests {
    /// Numbers that look random and are the same each time.
    private struct Draws {
        var state: UInt64
        mutating func next(_ bound: UInt64) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64((state >> 33) % bound)
        }
    }

    private static func looks(_ count: Int, seed: UInt64) -> [Rollup] {
        var draws = Draws(state: seed)
        return (0..<count).map { _ in
            var reading = DeviceReading(DeviceKey("GPU-1"))
            if draws.next(4) > 0 { reading.utilization = Int(draws.next(101)) }
            if draws.next(4) > 0 { reading.memoryUsed = MemoryBytes(draws.next(80 << 30)) }
            if draws.next(4) > 0 { reading.power = Power(milliwatts: draws.next(700_000)) }
            if draws.next(4) > 0 { reading.temperature = Int(draws.next(90)) - 10 }
            return Rollup(reading)
        }
    }

    private static func fold(_ rollups: [Rollup]) -> Rollup { rollups.reduce(into: Rollup()) { $0.merge($1) } }

    @Test("any order of adding, and any way of folding parts first, gives the same", arguments: 0..<50 as Range<UInt64>)
    func order(seed: UInt64) {
        let looks = Self.looks(40, seed: seed)
        var draws = Draws(state: seed &+ 99), shuffled = looks
        for index in shuffled.indices.reversed() where index > 0 {
            shuffled.swapAt(index, Int(draws.next(UInt64(index + 1))))
        }
        let cut = Int(draws.next(41))
        let whole = Self.fold(looks)
        #expect(Self.fold(shuffled) == whole)
        #expect(Self.fold([Self.fold(Array(shuffled[..<cut])), Self.fold(Array(shuffled[cut...]))]) == whole)
    }

    @Test("what was not seen stays unknown, and nothing seen changes nothing")
    func gaps() {
        var rollup = Rollup()
        #expect(rollup.isEmpty && rollup.utilization == nil && rollup.energy == nil)
        var reading = DeviceReading(DeviceKey("GPU-1"))
        reading.utilization = 0
        rollup.merge(Rollup(reading))
        rollup.merge(Rollup())
        #expect(rollup.utilization == Spread(0))
        #expect(rollup.power == nil && rollup.memoryUsed == nil && rollup.temperature == nil)
    }

    @Test("energy in pieces has all of it, and each piece lies in one span", arguments: 0..<50 as Range<UInt64>)
    func pieces(seed: UInt64) {
        var draws = Draws(state: seed)
        let start = Timestamp(milliseconds: draws.next(1_000_000)), span = draws.next(120_000) + 1
        let step = EnergyStep(
            start: start, end: start + TimeSpan(milliseconds: span), energy: Energy(millijoules: draws.next(10_000_000)))
        for width in [TimeSpan.seconds(10), .minutes(1), .minutes(15)] {
            let pieces = step.pieces(width: width)
            #expect(pieces.reduce(0) { $0 + $1.energy.millijoules } == step.energy.millijoules)
            #expect(pieces.first?.start == step.start && pieces.last?.end == step.end)
            for (left, right) in zip(pieces, pieces.dropFirst()) { #expect(left.end == right.start) }
            for piece in pieces {
                #expect(piece.energy.millijoules >= 0)
                let last = Timestamp(milliseconds: piece.end.milliseconds - 1)
                #expect(piece.start.start(of: width) == last.start(of: width))
            }
        }
    }

    private static func look(_ at: Int64, energy: Int64? = nil, power: Int64? = nil) -> EnergyStep.Look {
        var reading = DeviceReading(DeviceKey("GPU-1"))
        reading.energy = energy.map { Energy(millijoules: $0) }
        reading.power = power.map { Power(milliwatts: $0) }
        return EnergyStep.Look(reading, at: Timestamp(milliseconds: at))
    }

    @Test("a step of energy: the counter's difference, else power over time, else a gap")
    func steps() {
        #expect(EnergyStep(from: Self.look(0, energy: 100), to: Self.look(5_000, energy: 350))?.energy.millijoules == 250)
        let powered = EnergyStep(from: Self.look(0, power: 100_000), to: Self.look(10_000, power: 300_000))
        #expect(powered?.energy.millijoules == 2_000_000)
        // Unknown, a counter that began anew, a clock that went back, looks too far apart: gaps, and never 0.
        #expect(EnergyStep(from: Self.look(0), to: Self.look(5_000)) == nil)
        #expect(EnergyStep(from: Self.look(0, energy: 9), to: Self.look(5_000, energy: 3)) == nil)
        #expect(EnergyStep(from: Self.look(5_000, energy: 3), to: Self.look(5_000, energy: 9)) == nil)
        #expect(EnergyStep(from: Self.look(9_000, energy: 3), to: Self.look(5_000, energy: 9)) == nil)
        #expect(EnergyStep(from: Self.look(0, energy: 3), to: Self.look(120_001, energy: 9)) == nil)
    }

    @Test("spans begin at multiples of their width, before 1970 as well")
    func boundaries() {
        let minute = TimeSpan.minutes(1)
        #expect(Timestamp(milliseconds: 59_999).start(of: minute).milliseconds == 0)
        #expect(Timestamp(milliseconds: 60_000).start(of: minute).milliseconds == 60_000)
        #expect(Timestamp(milliseconds: -1).start(of: minute).milliseconds == -60_000)
        #expect(Timestamp(milliseconds: -60_000).start(of: minute).milliseconds == -60_000)
    }

    @Test("the level fits the step and reaches back as far as is asked")
    func levels() {
        #expect(TelemetryLevel.fitting(.seconds(1), back: .minutes(5)) == .tenSeconds)
        #expect(TelemetryLevel.fitting(.seconds(10), back: .hours(5)) == .minute)
        #expect(TelemetryLevel.fitting(.minutes(2), back: .hours(5)) == .minute)
        #expect(TelemetryLevel.fitting(.minutes(20), back: .hours(5)) == .quarterHour)
        #expect(TelemetryLevel.fitting(.seconds(10), back: .days(30)) == .quarterHour)
        #expect(TelemetryLevel.fitting(.seconds(10), back: .days(3_000)) == .quarterHour)
        #expect(TelemetryLevel.minute.rounded(.seconds(61)) == .minutes(2))
        #expect(TelemetryLevel.minute.rounded(.minutes(2)) == .minutes(2))
        #expect(TelemetryLevel.tenSeconds.rounded(.zero) == .seconds(10))
    }
}
