import Advisor
import CatalogueFiles
import FleetModel
import Testing

@Suite("What a rented hour's part costs")
struct RentedTimeTests {
    private static func price(_ accelerator: String, _ micros: Int64, _ count: Int, _ day: String) throws -> RentalPrice {
        RentalPrice(
            provider: "x", region: "y", instance: "z", accelerator: accelerator, count: count,
            onDemand: Cost(micros: micros, currency: "USD"), date: try #require(CivilDate(day)), source: "here")
    }

    @Test("from the cheapest to the dearest of its prices, each by its number of accelerators, in whole millionths")
    func range() throws {
        let prices = [
            try Self.price("A", 8_000_000, 8, "2026-05-01"), try Self.price("A", 3_600_000, 1, "2026-02-01"),
            try Self.price("B", 1, 1, "2020-01-01"),
        ]
        let half = try #require(RentedTime("A", milliseconds: 1_800_000, prices: prices))
        #expect(half.least.micros == 500_000 && half.most.micros == 1_800_000 && half.most.currency == "USD")
        #expect(half.oldest == CivilDate("2026-02-01") && half.newest == CivilDate("2026-05-01"))
        #expect(RentedTime("A", milliseconds: 1, prices: prices)?.most.micros == 1)
        let two = try #require(RentedTime("A", count: 2, milliseconds: 1_800_000, prices: prices))
        #expect(two.least.micros == 1_000_000 && two.most.micros == 3_600_000)
        #expect(RentedTime("A", count: 8, milliseconds: .max, prices: prices)?.most.micros ?? 0 > 0)
        #expect(RentedTime("C", milliseconds: 1, prices: prices) == nil)
        #expect(RentedTime("A", milliseconds: .max, prices: prices)?.most.micros ?? 0 > 0)
    }
}

@Suite("Crossover with an accelerator that is reckoned")
struct ReckonedCrossoverTests {
    private static func accelerator(_ name: String) throws -> Accelerator {
        guard case .found(let found) = BuiltInTables.catalogue.find(name) else { throw Missing() }
        return found[0]
    }

    private struct Missing: Error {}

    /// A processor of so many operations a second at every size.
    private static func processor(_ task: ProbedTask, _ rate: Double, _ sizes: [Int]) -> [(size: Int, seconds: Double)] {
        sizes.map { ($0, task.task(size: Double($0), stays: true).operations / rate) }
    }

    private static let sizes = [16, 32, 64, 128, 256, 512, 1_024, 2_048]

    @Test(
        "a range that holds where the roofline itself crosses; nearer where nothing is sent; not seen where nothing so large was measured"
    )
    func range() throws {
        let target = OffloadTarget.plain(try Self.accelerator("A100 SXM4 80GB"))
        let curve = Self.processor(.matrixProduct, 30e9, Self.sizes)
        let sent = try #require(ReckonedCrossover(.matrixProduct, stays: false, target: target, processor: curve))
        let earliest = try #require(sent.earliest), latest = try #require(sent.latest)
        // 2 n³ / 30e9 against 10 µs + 12 n² / 12e9 + …: n is near 60.
        let exact = try #require(
            (16...512).first { size in
                let work = ProbedTask.matrixProduct.task(size: Double(size), stays: false)
                return (target.seconds(work) ?? .infinity) < work.operations / 30e9
            })
        #expect(earliest < Double(exact) && Double(exact) < latest, "\(earliest) \(exact) \(latest)")
        #expect(latest < 4 * earliest)
        let kept = try #require(ReckonedCrossover(.matrixProduct, stays: true, target: target, processor: curve))
        #expect(try #require(kept.latest) < latest)
        let small = try #require(
            ReckonedCrossover(.matrixProduct, stays: false, target: target, processor: Array(curve.prefix(1))))
        #expect(small.earliest == nil && small.latest == nil)
        #expect(ReckonedCrossover(.matrixProduct, stays: false, target: target, processor: []) == nil)
    }

    @Test("faster at every size; never; and noise at one size is no crossover")
    func ends() throws {
        let target = OffloadTarget.plain(try Self.accelerator("A100 SXM4 80GB"))
        func crossover(_ rate: Double, _ noise: Int? = nil) -> ReckonedCrossover? {
            let curve = Self.processor(.matrixProduct, rate, Self.sizes).map { point in
                (size: point.size, seconds: point.size == noise ? point.seconds * 1e4 : point.seconds)
            }
            return ReckonedCrossover(.matrixProduct, stays: false, target: target, processor: curve)
        }
        #expect(crossover(1e6)?.latest == 16)
        #expect(crossover(1e15)?.earliest == nil)
        let noisy = try #require(crossover(30e9, 16)?.earliest)
        #expect(noisy > 32)
    }

    @Test("every kernel that is measured can be reckoned, and sending makes none faster")
    func kernels() throws {
        let target = OffloadTarget.plain(try Self.accelerator("rtx4090"))
        for task in ProbedTask.allCases {
            let sent = try #require(target.seconds(task.task(size: 4_096, stays: false)))
            #expect(sent > (target.seconds(task.task(size: 4_096, stays: true)) ?? 0))
        }
    }

    @Test("what was measured takes the place of the data sheet")
    func measured() throws {
        let gpu = try Self.accelerator("T4")
        let work = ComputeTask(operations: 1e12, traffic: 1e6, transfer: 1e9)
        let sheet = try #require(OffloadTarget(gpu).seconds(work))
        let slow = OffloadTarget(gpu, measured: MeasuredRates(rate: 1e12, bandwidth: 1e9, bus: 1e9))
        #expect(abs(try #require(slow.seconds(work)) - 2.00001) < 1e-6 && sheet < 1)
        let reading = ComputeTask(operations: 1, traffic: 1e9, transfer: 0, launches: 3)
        #expect(abs(try #require(slow.seconds(reading)) - 1.00003) < 1e-9)
    }
}
