import CheckoutService
import FleetModel
import FleetTestKit
import LeaseLedger
import Testing

@testable import HTTPAPI

@Suite("Metrics")
struct MetricsTests {
    private static func service() async throws -> CheckoutService {
        let service = StubParts.make().service
        let report = try FleetBuilder.report("n\"1\\", "a100:2")
        try await service.writer.observe([.node(report)])
        return service
    }

    private static func devices(_ service: CheckoutService) -> [Device] {
        service.state.nodes.flatMap { $0.slots.map(\.device) }
    }

    @Test("the text keeps the rules of OpenMetrics, whatever names hold")
    func rules() async throws {
        let service = try await Self.service()
        let text = MetricsText.text(service)
        let read = try MetricsReader(text)
        let free = try #require(read.family("carrel_devices")?.samples.first { $0.labels["state"] == "free" })
        #expect(free.value == "2")
        #expect(read.family("carrel_cores_free")?.samples.first?.labels["node"] == "n\"1\\")
        #expect(read.family("carrel_build")?.type == "info")
        #expect(read.family("carrel_ledger_events")?.type == "counter")
        #expect(read.family("carrel_return_seconds")?.unit == "seconds")
        #expect(read.families.allSatisfy { !($0.help ?? "").isEmpty })
    }

    @Test("what is not known has no sample, and what is known has the names and labels of NVIDIA's exporter")
    func devices() async throws {
        let service = try await Self.service()
        let devices = Self.devices(service)
        for name in ["GPU_UTIL", "FB_USED", "FB_FREE", "POWER_USAGE", "GPU_TEMP", "TOTAL_ENERGY_CONSUMPTION", "XID_ERRORS"] {
            let family = try MetricsReader(MetricsText.text(service)).family("DCGM_FI_DEV_" + name)
            #expect(family?.samples.isEmpty ?? false, "\(name)")
        }
        var reading = DeviceReading(devices[0].key)
        reading.utilization = 37
        reading.memoryUsed = MemoryBytes(3 << 30)
        reading.power = Power(milliwatts: 251_500)
        reading.energy = Energy(millijoules: 9_007_199_254_740_993)
        service.telemetry.take(reading, of: nil, at: service.clock.now())
        let read = try MetricsReader(MetricsText.text(service))
        func sample(_ name: String) throws -> MetricsReader.Sample {
            let samples = try #require(read.family("DCGM_FI_DEV_" + name)?.samples)
            #expect(samples.count == 1, "\(name)")
            return try #require(samples.first)
        }
        let busy = try sample("GPU_UTIL")
        #expect(busy.value == "37")
        #expect(busy.labels["UUID"] == devices[0].key.name)
        #expect(busy.labels["modelName"] == devices[0].model && busy.labels["Hostname"] == "n\"1\\")
        #expect(busy.labels["gpu"] != nil && busy.labels["device"]?.hasPrefix("nvidia") == true)
        #expect(try sample("FB_USED").value == "3072")
        #expect(try sample("FB_FREE").value == "\((devices[0].memory.bytes >> 20) - 3_072)")
        #expect(try sample("POWER_USAGE").value == "251.5")
        // Beyond what a double holds: the digits are all there.
        #expect(try sample("TOTAL_ENERGY_CONSUMPTION").value == "9007199254740993")
        #expect(try sample("XID_ERRORS").value == "0")
        #expect(read.family("DCGM_FI_DEV_GPU_TEMP")?.samples.isEmpty ?? false)
    }

    @Test("returns are counted by how long they took")
    func returns() throws {
        let times = ReturnTimes()
        for (seconds, gpus) in [(0, 1), (3, 1), (3, 1), (4_000, 1), (9, 0)] as [(Int64, Int64)] {
            let ended = Timestamp(milliseconds: 1_000)
            times.take(
                Receipt(
                    reason: .returned(by: UserName("alice")), outcome: nil, exitCode: 0, grantedAt: ended, startedAt: nil,
                    endedAt: ended, closedAt: ended + .seconds(seconds), attempts: 1, checks: [],
                    deviceTime: .seconds(gpus)))
        }
        let counted = times.counted
        #expect(counted.count == 4 && counted.sum == .seconds(4_006))
        #expect(counted.cumulative == [1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 3])
        #expect(counted.byReason[.returned(by: UserName(""))] == 5)
    }

    @Test(
        "the reader of these tests finds fault with what breaks a rule",
        arguments: [
            "a 1\n# EOF\n", "# TYPE a gauge\na 1\n", "# TYPE a gauge\na 1\n# EOF", "# TYPE a counter\na 1\n# EOF\n",
            "# TYPE a gauge\na 1\na 1\n# EOF\n", "# TYPE a gauge\na{b=\"\\x\"} 1\n# EOF\n", "# TYPE a gauge\n\na 1\n# EOF\n",
            "# TYPE a gauge\n# UNIT a watts\na 1\n# EOF\n", "# TYPE a gauge\na one\n# EOF\n",
            "# TYPE a gauge\n1a 1\n# EOF\n",
            "# TYPE a gauge\na 1\n# HELP a late\n# EOF\n", "# TYPE a gauge\n# TYPE b gauge\n# TYPE a gauge\n# EOF\n",
            "# TYPE a info\na_info{b=\"c\"} 2\n# EOF\n", "# TYPE a gauge\na{b=\"c\",b=\"d\"} 1\n# EOF\n",
            "# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n# EOF\n",
            "# TYPE a histogram\na_bucket{le=\"1.0\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n# EOF\n",
            "# TYPE a histogram\na_bucket{le=\"1.0\"} 1\na_sum 1\na_count 1\n# EOF\n",
        ])
    func strict(text: String) {
        #expect(throws: MetricsReader.Fault.self) { try MetricsReader(text) }
    }

    @Test("the whole text of a small pool is as it is written down here")
    func fixture() async throws {
        let service = try await Self.service()
        let lines = MetricsText.text(service).split(separator: "\n").filter { !$0.hasPrefix("# HELP") }
        #expect(
            lines.prefix(18) == [
                "# TYPE DCGM_FI_DEV_GPU_UTIL gauge", "# TYPE DCGM_FI_DEV_FB_USED gauge", "# TYPE DCGM_FI_DEV_FB_FREE gauge",
                "# TYPE DCGM_FI_DEV_POWER_USAGE gauge", "# TYPE DCGM_FI_DEV_GPU_TEMP gauge",
                "# TYPE DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION unknown", "# TYPE DCGM_FI_DEV_XID_ERRORS gauge",
                "# TYPE carrel_devices gauge", "carrel_devices{state=\"free\"} 2", "carrel_devices{state=\"leased\"} 0",
                "carrel_devices{state=\"reserved\"} 0", "carrel_devices{state=\"outside\"} 0",
                "carrel_devices{state=\"cordoned\"} 0", "carrel_devices{state=\"quarantined\"} 0",
                "carrel_devices{state=\"missing\"} 0", "carrel_devices{state=\"frozen\"} 0",
                "carrel_devices{state=\"out of contact\"} 0",
                "# TYPE carrel_devices_unused gauge",
            ])
    }
}
