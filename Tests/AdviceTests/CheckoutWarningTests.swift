import Advice
import Advisor
import FleetModel
import Testing
import WireModel

@Suite("Warnings at checkout")
struct CheckoutWarningTests {
    private static func kind(_ model: String, _ gibibytes: Int64) -> DeviceKind {
        DeviceKind(model: model, memory: .gibibytes(gibibytes), accelerator: nil, isSimulated: false)
    }

    private static let small = kind("RTX 3060", 12), large = kind("A100", 80)

    private static func need(_ lower: Int64, _ expected: Int64, _ upper: Int64, runs: Int? = nil) -> WorkForecast {
        let range = ForecastRange(lower: lower << 30, expected: expected << 30, upper: upper << 30, runs: runs)
        return WorkForecast(memory: range)
    }

    private static func find(
        _ forecast: WorkForecast, _ kinds: [DeviceKind], devices: Int = 1, lasting time: TimeSpan = .hours(24)
    ) -> [CheckoutWarning] {
        CheckoutWarnings.find(forecast, kinds: kinds, devices: devices, lasting: time)
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
        #expect(nowhere.words.hasPrefix("This will not fit") && nowhere.words.contains("A100, has 80.0 GiB"))
        #expect(nowhere.words.contains("120 GiB") && nowhere.gpus == nil && !nowhere.fits)
        let hardly = try #require(Self.find(Self.need(70, 78, 90), [Self.large]).first)
        #expect(hardly.words.hasPrefix("This will hardly fit") && !hardly.fits)
        let some = try #require(Self.find(Self.need(20, 25, 30), [Self.large, Self.small], devices: 2).first)
        #expect(some.words.contains("RTX 3060 with 12.0 GiB") && some.gpus == "80GB..:2" && !some.fits)
        let edge = try #require(Self.find(Self.need(8, 11, 13), [Self.small, Self.large]).first)
        #expect(edge.words.hasPrefix("This may not fit on RTX 3060") && edge.gpus == "80GB.." && edge.fits)
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
                == "Its time will not be enough: 3 earlier runs of it took about 5h (4h to 6h 20m), and the lease ends after 2h."
        )
        #expect(late.time == "6h30m" && late.fits)
        #expect(try TimeSpan(parsing: #require(late.time)) >= TimeSpan(milliseconds: 23_000_000))
        let near = try #require(Self.find(WorkForecast(time: range), [], devices: 0, lasting: .hours(6)).first)
        #expect(near.words.hasPrefix("Its time may not be enough"))
        #expect(Self.find(WorkForecast(time: range), [], devices: 0, lasting: .hours(7)) == [])
    }
}
