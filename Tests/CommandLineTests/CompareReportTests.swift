import FleetModel
import Testing
import WireModel

@testable import CommandLine

@Suite("What a comparison says")
struct CompareReportTests {
    private static let start = Timestamp(milliseconds: 1_790_000_000_000)

    /// A run of so many seconds under a lease of such devices.
    private static func run(
        _ place: String, _ seconds: Int, endedBy: String = "finished", exitCode: Int32 = 0,
        devices: [LeasedDevice] = [], progress: ProgressView? = nil, receiptProgress: ProgressView? = nil,
        joules: Double? = nil
    ) -> ShortRun {
        let end = (start + .seconds(Int64(seconds))).utcText
        var view = RequestView(
            id: 7, user: "u", team: "t", name: "n", kind: "run", state: "closed", words: "w", submittedAt: start.utcText,
            gpus: devices.count, asked: place, durationSeconds: 60, exitCode: exitCode, endedBy: endedBy)
        view.lease = LeaseView(
            node: "n", devices: devices, cores: 1, memoryBytes: 1, grantedAt: start.utcText, endsAt: end,
            startedAt: start.utcText, endedAt: end, attempt: 1, contact: "known")
        var receipt = ReceiptView(
            id: 7, user: "u", name: "n", node: "n", devices: devices, verdict: "clean", words: "w", exitCode: exitCode,
            endedBy: endedBy, grantedAt: start.utcText, startedAt: start.utcText, endedAt: end, closedAt: end, attempts: 1,
            checks: [], deviceSeconds: 1, energy: "1 J")
        (receipt.progress, receipt.energyJoules) = (receiptProgress, joules)
        receipt.energyCost = joules.map { CostView(amount: $0, currency: "EUR") }
        return ShortRun(place: place, end: view, receipt: receipt, progress: progress, lastWords: nil)
    }

    private static func gpus(_ count: Int, _ model: String = "NVIDIA A100-SXM4-80GB") -> [LeasedDevice] {
        (0..<count).map { LeasedDevice(uuid: "GPU-\($0)", model: model, simulated: false) }
    }

    @Test("rent is of all GPUs of the lease, and of the variant that their memory tells")
    func rents() throws {
        func rented(_ count: Int, _ model: String = "NVIDIA A100-SXM4-80GB", _ memory: Int64? = nil) -> CompareReport.Rented?
        {
            let devices = memory.map { memory in
                (0..<count).map { number in
                    DeviceView(
                        uuid: "GPU-\(number)", node: "n", model: model, memoryBytes: memory, simulated: false,
                        minor: nil, pciAddress: nil, state: "free", lease: nil, user: nil, name: nil)
                }
            }
            return CompareReport([Self.run("a100", 3_600, devices: Self.gpus(count, model))], devices: devices ?? []).runs[0]
                .rented
        }
        let one = try #require(rented(1)), two = try #require(rented(2))
        #expect(abs(two.least.amount / one.least.amount - 2) < 1e-5 && abs(two.most.amount / one.most.amount - 2) < 1e-5)
        let large = try #require(rented(1, "NVIDIA A100-SXM4", 80 << 30)), small = rented(1, "NVIDIA A100-SXM4", 40 << 30)
        #expect(small?.most.amount != large.most.amount)
        let mixed = Self.gpus(1) + [LeasedDevice(uuid: "x", model: "NVIDIA T4", simulated: false)]
        #expect(CompareReport([Self.run("any:2", 60, devices: mixed)]).runs[0].rented == nil)
    }

    @Test("the steps that are left go at the last rate, on a GPU and on the processor; without a rate all go alike")
    func whole() {
        let told = ProgressView(step: 100, steps: 1_000, samples: nil, percent: 10, stepsPerSecond: 10)
        // 50 s of start and 10 s for 100 steps: 90 s are left, and not 540.
        #expect(Self.run("cpu", 60, endedBy: "expired", progress: told).wholeSeconds == 150)
        let last = ProgressView(step: 100, steps: 1_000, samples: nil, percent: 10)
        #expect(Self.run("a100", 60, endedBy: "expired", progress: told, receiptProgress: last).wholeSeconds == 150)
        #expect(Self.run("a100", 60, endedBy: "expired", receiptProgress: last).wholeSeconds == 600)
        #expect(Self.run("cpu", 60, endedBy: "expired").wholeSeconds == nil)
    }

    @Test("numbers that nothing holds are not known, and end nothing")
    func hostile() {
        let endless = ProgressView(step: 1, steps: .max, samples: nil, percent: 0)
        let run = Self.run("a100", 60, endedBy: "expired", devices: Self.gpus(1), receiptProgress: endless, joules: 1e9)
        #expect(run.wholeSeconds == nil && run.wholeJoules == nil && run.wholeCost == nil)
        let slow = ProgressView(step: 1, steps: 100_000_000, samples: nil, percent: 0)
        for joules in [1e12, 1e300, .infinity] {
            let run = Self.run("a100", 60, endedBy: "expired", devices: Self.gpus(1), receiptProgress: slow, joules: joules)
            #expect(run.wholeJoules == nil && run.wholeCost == nil)
            #expect(CompareReport([run]).table.text(width: nil).contains("not measured"))
        }
        let none = ProgressView(step: 1, steps: 2, samples: nil, percent: 0, stepsPerSecond: 1e-300)
        #expect(Self.run("cpu", 60, endedBy: "expired", progress: none).wholeSeconds == nil)
    }

    @Test("no GPU is called needless while another one is not known")
    func unknown() {
        func words(_ runs: [ShortRun], refused: [(place: String, words: String)] = []) -> String {
            CompareReport(runs, refused: refused).words
        }
        let processor = Self.run("cpu", 100), slow = Self.run("t4", 120, devices: Self.gpus(1)),
            near = Self.run("t4", 95, devices: Self.gpus(1))
        let cut = Self.run("h100", 60, endedBy: "expired", devices: Self.gpus(1)),
            failed = Self.run("a100", 5, exitCode: 1, devices: Self.gpus(1))
        #expect(words([processor, slow]).hasPrefix("You don't need a GPU for this"))
        for first in [slow, near] {
            let some = words([processor, first, cut], refused: [("v100", "none")])
            #expect(!some.contains("You don't need") && some.contains("whole run is known"), "\(some)")
            #expect(some.contains("stopped on h100") && some.contains("did not run on v100"), "\(some)")
        }
        let alone = words([processor, failed])
        #expect(alone.contains("on the processor alone") && alone.contains("failed on a100 (carrel logs 7)"), "\(alone)")
        #expect(!alone.contains("nothing else was compared"))
        #expect(words([processor]).contains("nothing else was compared"))
    }
}
