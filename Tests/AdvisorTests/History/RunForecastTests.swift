import CatalogueFiles
import FleetModel
import Testing

@testable import Advisor

@Suite("Forecasts from earlier runs")
struct RunForecastTests {
    private static func accelerator(_ name: String) throws -> Accelerator {
        try #require(BuiltInTables.catalogue.accelerators.first { $0.name == name })
    }

    private static func kind(_ name: String) throws -> DeviceKind {
        let accelerator = try accelerator(name)
        return DeviceKind(model: name, memory: accelerator.memory, accelerator: accelerator)
    }

    private static func run(
        _ model: String, _ time: Int64, memory: Int64? = nil, energy: Int64? = nil, devices: Int = 1
    ) -> PastRun {
        PastRun(
            model: model, accelerator: BuiltInTables.catalogue.accelerators.first { $0.name == model }, devices: devices,
            time: time, memory: memory, energy: energy)
    }

    @Test("one run is expected again, in a wide range; more runs narrow it to what was seen")
    func ranges() throws {
        let a100 = "A100 SXM4 80GB", kinds = [try Self.kind(a100)]
        let one = RunForecast.forecast(from: [Self.run(a100, 1_000, memory: 10_000, energy: 500)], on: kinds, devices: 1)
        #expect(one.time == ForecastRange(lower: 500, expected: 1_000, upper: 1_500, runs: 1))
        #expect(one.memory == ForecastRange(lower: 9_000, expected: 10_000, upper: 11_000, runs: 1))
        #expect(one.energy == ForecastRange(lower: 250, expected: 500, upper: 750, runs: 1))
        let three = RunForecast.forecast(
            from: [Self.run(a100, 1_000), Self.run(a100, 1_200), Self.run(a100, 900)], on: kinds, devices: 1)
        #expect(three.time == ForecastRange(lower: 675, expected: 1_000, upper: 1_500, runs: 3))
        #expect(three.memory == nil && three.energy == nil)
        let many = RunForecast.forecast(from: (0..<40).map { Self.run(a100, 1_000 + $0) }, on: kinds, devices: 1)
        // The newest eight alone.
        #expect(many.time?.runs == 8 && many.time?.expected == 1_003)
    }

    @Test("on another GPU time goes by the speed that the catalogue says, and energy by its watts as well")
    func otherModel() throws {
        let (old, new) = ("A100 SXM4 80GB", "H100 SXM5 80GB")
        let runs = [Self.run(old, 3_600_000, memory: 30_000, energy: 1_000_000)]
        let found = RunForecast.forecast(from: runs, on: [try Self.kind(new)], devices: 1)
        let workload = try #require(Workload.named("transformer-train"))
        let speed = try #require(
            SpeedPrediction(workload, .fp16, on: try Self.accelerator(new), relativeTo: try Self.accelerator(old)))
        #expect(speed.ratio > 1.3)
        let time = try #require(found.time)
        #expect(abs(Double(time.expected) - 3_600_000 / speed.ratio) < 2)
        #expect(found.memory?.expected == 30_000)
        // Work that waits for its data takes as long as before.
        #expect(time.contains(3_600_000))
        let energy = try #require(found.energy)
        #expect(abs(Double(energy.expected) - 1_000_000 * 700 / 400 / speed.ratio) < 2)
        // Of two kinds the range holds both.
        let both = RunForecast.forecast(from: runs, on: [try Self.kind(old), try Self.kind(new)], devices: 1)
        #expect(try #require(both.time).contains(3_600_000) && #require(both.time).contains(time.expected))
        // It ran on one of them: that is expected again.
        #expect(both.time?.runs == 1 && both.time?.expected == 3_600_000)
    }

    @Test("runs that say nothing are left out: another number of GPUs, a model that nobody knows, nothing in memory")
    func leftOut() throws {
        let a100 = "A100 SXM4 80GB", kinds = [try Self.kind(a100)]
        let pair = RunForecast.forecast(from: [Self.run(a100, 1_000, devices: 2)], on: kinds, devices: 1)
        #expect(pair.time == nil && pair.memory == nil && pair.energy == nil)
        let unknown = RunForecast.forecast(from: [Self.run("Voodoo 2", 1_000, memory: 7_000)], on: kinds, devices: 1)
        #expect(unknown.time == nil && unknown.memory?.expected == 7_000)
        #expect(RunForecast.forecast(from: [Self.run(a100, 5, memory: 0)], on: kinds, devices: 1).memory == nil)
        let plain = RunForecast.forecast(from: [Self.run("", 800, devices: 0)], on: [], devices: 0)
        #expect(plain.time?.expected == 800 && plain.energy == nil)
        let huge = RunForecast.forecast(from: [Self.run(a100, .max, memory: .max, energy: .max)], on: kinds, devices: 1)
        #expect(huge.time?.upper == .max && huge.memory?.upper == .max)
        #expect(RunForecast.forecast(from: [], on: kinds, devices: 1).time == nil)
    }

    @Test("a forecast is held against what happened")
    func score() throws {
        var score = ForecastScore()
        #expect(score.meanError == nil && score.medianError == nil && score.bias == nil)
        score.add(ForecastRange(lower: 80, expected: 110, upper: 150), actual: 100)
        score.add(ForecastRange(lower: 80, expected: 100, upper: 150), actual: 200)
        score.add(ForecastRange(lower: 80, expected: 100, upper: 150), actual: 50)
        // Nothing happened: no part of it can be told.
        score.add(ForecastRange(lower: 80, expected: 100, upper: 150), actual: 0)
        #expect(score.count == 3 && score.within == 1 && score.above == 1)
        let mean = try #require(score.meanError), median = try #require(score.medianError), bias = try #require(score.bias)
        let (meanOff, medianOff, biasOff) = ((mean - 1.6 / 3).magnitude, (median - 0.5).magnitude, (bias - 0.2).magnitude)
        #expect(meanOff < 1e-9 && medianOff < 1e-9 && biasOff < 1e-9)
        // What was cut off beyond the range is a miss of unknown size; a slip of the finger counts for ten times at most.
        score.addCutOff()
        #expect(score.count == 4 && score.above == 2 && score.meanError == mean)
        score.add(ForecastRange(lower: 0, expected: .max, upper: .max), actual: 1)
        #expect(score.count == 5 && (score.meanError ?? 99) < 3)
    }

    @Test("bounds that contradict one another are put in order")
    func order() {
        let range = ForecastRange(lower: 9, expected: 5, upper: 1)
        #expect(range.lower == 5 && range.upper == 5 && range.contains(5) && !range.contains(6))
        #expect(ForecastRange(lower: -5, expected: -3, upper: -1) == ForecastRange(lower: 0, expected: 0, upper: 0))
    }
}
