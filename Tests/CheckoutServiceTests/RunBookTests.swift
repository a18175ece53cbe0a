import EngineInterface
import FleetModel
import FleetTestKit
import LeaseLedger
import Testing

@testable import CheckoutService

@Suite("What became of work that ended well")
struct RunBookTests {
    private static let work = WorkForecast(work: "00000000000000aa")

    /// Runs once, for so long.
    private static func run(
        _ bench: ServiceBench, _ id: Int64, lasting time: TimeSpan, _ outcome: AttemptOutcome,
        forecast: WorkForecast? = work
    ) async throws {
        _ = try await bench.submit(forecast: forecast)
        try await bench.eventually("\(id) runs") { try await bench.phase(id) == .running }
        bench.clock.advance(by: time)
        bench.engine.end(id, outcome)
        try await bench.eventually("\(id) is closed") { try await bench.phase(id) == .closed }
    }

    @Test("runs that ended well are kept, the newest first, and found again by the next server")
    func kept() async throws {
        let bench = try await ServiceBench()
        func runs(of bench: ServiceBench) -> [Int64] {
            bench.service.runBook.runs(of: "00000000000000aa", devices: 1).map(\.id.number)
        }
        try await bench.running {
            try await Self.run(bench, 1, lasting: .seconds(10), .exited(code: 0))
            try await Self.run(bench, 2, lasting: .seconds(20), .exited(code: 1))
            try await Self.run(bench, 3, lasting: .seconds(30), .exited(code: 0))
            try await Self.run(bench, 4, lasting: .seconds(40), .exited(code: 0), forecast: nil)
            try await bench.eventually("both are kept") { runs(of: bench) == [3, 1] }
            let times = bench.service.runBook.runs(of: "00000000000000aa", devices: 1).map(\.time)
            #expect(bench.service.runBook.runs(of: "00000000000000aa", devices: 1).allSatisfy { $0.device != nil })
            #expect(bench.service.runBook.runs(of: "00000000000000aa", devices: 2) == [])
            #expect(times[0] >= .seconds(30) && times[1] >= .seconds(10) && times[1] < .seconds(20))
            #expect(bench.service.runBook.runs(of: "other", devices: 1) == [])
        }
        let next = try await ServiceBench(log: bench.log)
        #expect(runs(of: next) == [])
        try await next.running {
            try await next.eventually("what ended before is read") { runs(of: next) == [3, 1] }
            next.clock.advance(by: .hours(1))
            try await Self.run(next, 5, lasting: .seconds(10), .exited(code: 0))
            try await next.eventually("and what ends now") { runs(of: next) == [5, 3, 1] }
        }
    }

    @Test("of one work the newest eight are kept, each once, in whatever order they come")
    func bounded() {
        let book = RunBook()
        for number in [3, 12, 1, 7, 12, 9, 2, 5, 11, 4, 8, 10, 6] as [Int64] { book.keep(Self.run(number), of: "w") }
        #expect(book.runs(of: "w", devices: 0).map(\.id.number) == [12, 11, 10, 9, 8, 7, 6, 5])
    }

    @Test("what ran longest ago goes when there is too much")
    func shrinking() {
        let book = RunBook()
        for number in 1...Int64(RunBook.mostWork + 1) { book.keep(Self.run(number), of: "w\(number)") }
        #expect(book.runs(of: "w1", devices: 0).isEmpty && book.runs(of: "w\(RunBook.mostWork / 5)", devices: 0).isEmpty)
        #expect(
            book.runs(of: "w\(RunBook.mostWork + 1)", devices: 0).count == 1
                && book.runs(of: "w\(RunBook.mostWork / 2)", devices: 0).count == 1)
    }

    @Test("runs on more devices don't push out those on fewer")
    func byDevices() {
        let book = RunBook()
        book.keep(Self.run(1, on: ["a"]), of: "w")
        for number in 2...20 as ClosedRange<Int64> { book.keep(Self.run(number), of: "w") }
        #expect(book.runs(of: "w", devices: 1).map(\.id.number) == [1] && book.runs(of: "w", devices: 0).count == 8)
    }

    private static func run(_ number: Int64, on devices: [String] = []) -> RunBook.Run {
        RunBook.Run(id: LeaseID(number), devices: devices.map { DeviceKey($0) }, time: .seconds(1), use: nil)
    }
}
