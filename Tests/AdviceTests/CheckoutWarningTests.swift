import Advice
import Advisor
import FleetModel
import Testing
import WireModel

@Suite("Warnings at checkout")
struct CheckoutWarningTests {
    private static func kind(_ model: String, _ gibibytes: Int64) -> DeviceKind {
        DeviceKind(model: model, memory: .gibibytes(gibibytes), accelerator: nil)
    }

    private static let small = kind("RTX 3060", 12), large = kind("A100", 80)

    private static func need(_ lower: Int64, _ expected: Int64, _ upper: Int64, runs: Int? = nil) -> WorkForecast {
        let range = ForecastRange(lower: lower << 30, expected: expected << 30, upper: upper << 30, runs: runs)
        return WorkForecast(memory: range)
    }

    private static func find(
        _ forecast: WorkForecast, _ kinds: [DeviceKind], devices: Int = 1, lasting time: TimeSpan = .hours(24),
        proven: Int64? = nil
    ) -> [CheckoutWarning] {
        CheckoutWarnings.find(
            memory: forecast.memory, proven: proven.map { .gibibytes($0) }, time: forecast.time,
            CheckoutWarnings.Offer(kinds: kinds, devices: devices, lasts: time, atMost: .days(7)))
    }

    @Test("what fits everything that it may get is said nothing of")
    func silent() {
        #expect(Self.find(Self.need(5, 8, 10), [Self.small, Self.large]) == [])
        #expect(Self.find(WorkForecast(), [Self.small]) == [])
        // Where there are no devices, and where nothing of the kind is in the pool: that is refused elsewhere.
        #expect(Self.find(Self.need(100, 200, 300), [Self.small], devices: 0) == [])
        #expect(Self.find(Self.need(100, 200, 300), []) == [])
    }

    @Test("what fits nowhere, what fits the larger alone, and what is near the edge")
    func memory() throws {
        let nowhere = try #require(Self.find(Self.need(100, 120, 150), [Self.large, Self.small]).first)
        #expect(nowhere.words.hasPrefix("This will not fit") && nowhere.words.contains("A100, has 80 GiB"))
        #expect(nowhere.words.contains("120 GiB") && nowhere.gpus == nil && !nowhere.fits)
        let hardly = try #require(Self.find(Self.need(70, 78, 90), [Self.large]).first)
        #expect(hardly.words.hasPrefix("This will hardly fit") && !hardly.fits)
        let some = try #require(Self.find(Self.need(20, 25, 30), [Self.large, Self.small], devices: 2).first)
        #expect(some.words.hasPrefix("This will not fit on RTX 3060 with 12 GiB") && some.gpus == "80GB..:2" && !some.fits)
        let edge = try #require(Self.find(Self.need(8, 11, 13), [Self.small, Self.large]).first)
        #expect(edge.words.hasPrefix("This may not fit on RTX 3060") && edge.gpus == "80GB.." && edge.fits)
    }

    @Test("where nothing that was asked for is large enough, what else is there is named")
    func others() throws {
        let offer = CheckoutWarnings.Offer(
            kinds: [Self.small], others: [Self.small, Self.large], devices: 1, lasts: .hours(1), atMost: .days(7))
        let need = try #require(Self.need(20, 25, 30).memory)
        let warning = try #require(CheckoutWarnings.find(memory: need, proven: nil, time: nil, offer).first)
        #expect(warning.gpus == "80GB.." && warning.words.contains("RTX 3060, has 12 GiB"))
    }

    @Test("the same card gets the same verdict alone and beside a larger one")
    func alike() throws {
        for need in [Self.need(8, 12, 14), Self.need(20, 25, 30), Self.need(8, 11, 13)] {
            let alone = try #require(Self.find(need, [Self.small]).first)
            let beside = try #require(Self.find(need, [Self.small, Self.large]).first)
            #expect(alone.words.prefix(16) == beside.words.prefix(16), "\(alone.words) \(beside.words)")
            #expect(alone.fits == beside.fits && alone.gpus == nil && beside.gpus == "80GB..")
        }
    }

    @Test("where it ran before it fits; on smaller ones earlier runs only make doubtful")
    func proven() throws {
        let took = Self.need(10, 11, 12, runs: 3)
        #expect(Self.find(took, [Self.small, Self.large], proven: 12) == [])
        let doubt = try #require(Self.find(Self.need(50, 60, 70, runs: 1), [Self.small, Self.large], proven: 80).first)
        #expect(
            doubt.words.hasPrefix("This may not fit on RTX 3060")
                && doubt.words.contains("one earlier run took up to 60 GiB"))
        #expect(doubt.fits && doubt.gpus == "80GB..")
    }

    @Test("a selector that is proposed finds what it means, and not what is too small")
    func selector() throws {
        for (too, enough) in [(12, 16), (16, 24), (24, 32), (40, 48), (48, 80), (80, 94)] as [(Int64, Int64)] {
            let (less, more) = (Self.kind("less", too), Self.kind("more", enough))
            let forecast = Self.need(too, too + 1, too + 2)
            let text = try #require(Self.find(forecast, [less, more]).first?.gpus, "\(too)")
            let selector = try DeviceSelector(parsing: text)
            func device(_ kind: DeviceKind) -> Device {
                Device(key: DeviceKey(kind.model), model: kind.model, memory: kind.memory)
            }
            #expect(selector.matches(device(more)) && !selector.matches(device(less)), "\(text)")
        }
    }

    @Test("earlier runs that took longer than the lease lasts")
    func time() throws {
        let range = ForecastRange(lower: 14_400_000, expected: 18_123_456, upper: 23_000_000, runs: 3)
        let late = try #require(Self.find(WorkForecast(time: range), [], devices: 0, lasting: .hours(2)).first)
        #expect(
            late.words
                == "Its time will not be enough: about 5h is expected, from 3 earlier runs (4h to 6h 20m), and the lease ends after 2h."
        )
        #expect(late.time == "6h30m" && !late.fits)
        #expect(try TimeSpan(parsing: #require(late.time)) >= TimeSpan(milliseconds: 23_000_000))
        let near = try #require(Self.find(WorkForecast(time: range), [], devices: 0, lasting: .hours(6)).first)
        #expect(near.words.hasPrefix("Its time may not be enough"))
        #expect(Self.find(WorkForecast(time: range), [], devices: 0, lasting: .hours(7)) == [])
    }

    @Test("a time that is proposed is enough, can be typed, and is no longer than a lease may last")
    func proposal() throws {
        for upper in [1, 999, 3_026, 9_999, 59_400, 601_000, 3_599_999, 3_600_001, 35_999_999, 90_000_001, 604_799_999]
            as [Int64]
        {
            let range = ForecastRange(lower: 0, expected: upper, upper: upper)
            let warning = try #require(
                Self.find(WorkForecast(time: range), [], devices: 0, lasting: TimeSpan(milliseconds: upper - 1)).first)
            let time = try TimeSpan(parsing: #require(warning.time, "\(upper)"))
            #expect(time.milliseconds >= upper && time <= .days(7), "\(upper): \(warning.time ?? "")")
        }
        let long = ForecastRange(lower: 0, expected: .max, upper: .max)
        let warning = try #require(Self.find(WorkForecast(time: long), [], devices: 0, lasting: .days(7)).first)
        #expect(warning.time == nil && warning.words.contains("No lease may last longer than 7d"))
    }
}
