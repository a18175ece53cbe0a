import CatalogueFiles
import Testing

@testable import Advisor

@Suite("Speed")
struct SpeedTests {
    private static func one(_ name: String) throws -> Accelerator {
        try #require(BuiltInTables.catalogue.accelerators.first { $0.name == name }, "\(name)")
    }

    private static func ratio(_ workload: String, _ precision: Precision, _ name: String, _ other: String) throws -> Double {
        let workload = try #require(Workload.named(workload)), mine = try one(name), its = try one(other)
        return try #require(SpeedPrediction(workload, precision, on: mine, relativeTo: its)).ratio
    }

    /// Lambda's rates of ResNet-50: 1,066, 1,753, 721, 514 and 369 images a second in FP32; 1,582, 2,616 and 1,301 in mixed
    /// precision.
    @Test("published ratios are met within a quarter")
    func published() throws {
        let checks: [(Precision, String, Double)] = [
            (.fp32, "H100 SXM5 80GB", 1_753 / 1_066), (.fp32, "GeForce RTX 4090", 721 / 1_066),
            (.fp32, "RTX A6000", 514 / 1_066), (.fp32, Workload.reference, 369 / 1_066),
            (.fp16, "H100 SXM5 80GB", 2_616 / 1_582), (.fp16, "GeForce RTX 4090", 1_301 / 1_582),
        ]
        for (precision, name, right) in checks {
            let found = try Self.ratio("resnet50-train", precision, name, "A100 SXM4 80GB")
            #expect(abs(found / right - 1) < 0.25, "\(name): \(found), published \(right)")
        }
    }

    @Test("bandwidth decides for writing text: a 4090 writes as fast as its memory reads, whatever its cores")
    func decoding() throws {
        let found = try Self.ratio("llm-decode", .fp16, "H100 SXM5 80GB", "GeForce RTX 4090")
        #expect(abs(found - 3_350.0 / 1_008) < 0.02)
    }

    @Test(
        "large products between vendors are met within a tenth, and the range is wider there",
        arguments: [
            ("Instinct MI300X", "H100 SXM5 80GB", 668.4 / 794.5), ("Instinct MI355X", "B200 SXM 180GB", 1_565.0 / 1_745),
            ("B200 SXM 180GB", "H100 SXM5 80GB", 1_745 / 794.5), ("A100 PCIe 80GB", "A100 SXM4 80GB", 252.9 / 271.2),
        ])
    func products(gpu: String, other: String, measured: Double) throws {
        let work = try #require(Workload.named("matmul")), one = try Self.one(gpu), base = try Self.one(other)
        let found = try #require(SpeedPrediction(work, .bf16, on: one, relativeTo: base))
        #expect(abs(found.ratio / measured - 1) < 0.1, "\(found.ratio) for \(measured)")
        #expect((found.upper / found.ratio > 1.3) == (one.vendor != base.vendor))
    }

    @Test("one against itself is one, eight are nearly eight, and the range holds the figure")
    func bounds() throws {
        let workload = try #require(Workload.named("bert-large-train")), one = try Self.one("A100 SXM4 80GB")
        let same = try #require(SpeedPrediction(workload, .fp16, on: one, relativeTo: one))
        #expect(abs(same.ratio - 1) < 1e-9 && same.lower < 1 && same.upper > 1)
        let eight = try #require(SpeedPrediction(workload, .fp16, on: one, count: 8, relativeTo: one))
        #expect((7.3...7.7).contains(eight.ratio))
    }

    @Test("every accelerator of the catalogue gets a finite answer for every workload, or none")
    func all() throws {
        let reference = try Self.one(Workload.reference)
        for workload in Workload.all {
            for accelerator in BuiltInTables.catalogue.accelerators {
                for precision in Precision.allCases {
                    guard let found = SpeedPrediction(workload, precision, on: accelerator, relativeTo: reference) else {
                        continue
                    }
                    #expect(
                        found.ratio.isFinite && found.ratio > 0.01 && found.ratio < 200,
                        "\(workload.name) \(accelerator.name)")
                }
            }
        }
    }

    @Test("powers of sixteenths")
    func powers() {
        #expect(abs(Sixteenths.power(65_536, 16) - 65_536) < 1e-6)
        #expect(abs(Sixteenths.power(65_536, 4) - 16) < 1e-9)
        #expect(Sixteenths.power(5, 0) == 1)
    }
}
