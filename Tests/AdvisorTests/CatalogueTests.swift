import CatalogueFiles
import FleetModel
import Testing

@testable import Advisor

@Suite("Catalogue of accelerators")
struct CatalogueTests {
    private static let catalogue = BuiltInTables.catalogue

    private static func one(_ name: String) throws -> Accelerator {
        try #require(catalogue.accelerators.first { $0.name == name }, "\(name)")
    }

    @Test("80 or more, of every kind, each with its source and figures that agree with one another")
    func rows() {
        let all = Self.catalogue.accelerators
        #expect(all.count >= 80)
        for start in ["GeForce GTX", "GeForce RTX", "Quadro", "Tesla", "RTX A", "A100", "H100", "Radeon", "Instinct", "TPU"]
        {
            #expect(all.contains { $0.name.hasPrefix(start) }, "\(start)")
        }
        for one in all {
            #expect(one.source.count >= 8, "\(one.name)")
            #expect(one.bandwidth >= 50e9 && one.bandwidth <= 10e12, "\(one.name)")
            #expect(one.memory >= .gibibytes(1) && one.memory <= .gibibytes(300), "\(one.name)")
            if let watts = one.watts { #expect((30...1_500).contains(watts), "\(one.name)") }
            #expect((2_012...2_027).contains(one.year), "\(one.name)")
            if one.price != nil { #expect(one.priceYear != nil, "\(one.name)") }
        }
    }

    /// Two operations for each core and cycle; four where RDNA 3 and 4 issue two at once; matrix-rate parts are as published.
    @Test("the rate of FP32 follows from cores and clock")
    func ratesFollow() {
        for one in Self.catalogue.accelerators {
            guard let cores = one.cores, let clock = one.boostMegahertz, let rate = one.rates.fp32 else { continue }
            let plain = 2 * Double(cores) * Double(clock) * 1e6
            let fits = [1.0, 2, 4].contains { abs(rate / (plain * $0) - 1) < 0.04 }
            #expect(fits, "\(one.name): \(rate) against \(plain)")
        }
    }

    /// What public tables get wrong.
    @Test("known errors of public tables are not in this one")
    func knownErrors() throws {
        let checks: [(String, KeyPath<Accelerator, Double>, Double)] = [
            ("Instinct MI300X", \.bandwidth, 5_300e9), ("H200 SXM 141GB", \.bandwidth, 4_800e9),
            ("Tesla P40", \.bandwidth, 347e9), ("A100 PCIe 40GB", \.bandwidth, 1_555e9),
            ("A100 PCIe 80GB", \.bandwidth, 1_935e9), ("Tesla V100 SXM2 16GB", \.bandwidth, 900e9),
        ]
        for (name, path, right) in checks {
            let found = try Self.one(name)[keyPath: path]
            #expect(abs(found / right - 1) < 0.01, "\(name): \(found)")
        }
        #expect(abs(try #require(Self.one("Instinct MI300X").rates.fp32) / 163.4e12 - 1) < 0.01)
        #expect(try Self.one("Instinct MI300A").memory == .gibibytes(128))
        #expect(try Self.one("Tesla V100 PCIe 16GB").watts == 250)
        #expect(try Self.one("GeForce RTX 4070").watts == 200)
        #expect(try Self.one("B200 SXM 180GB").bandwidth >= 7.7e12 * 0.99)
        // FP16 with sums in FP32; the headlines add in FP16.
        #expect(abs(try #require(Self.one("GeForce RTX 4090").rates.tensorFP16) / 165.2e12 - 1) < 0.01)
        #expect(abs(try #require(Self.one("GeForce RTX 2080 Ti").rates.tensorFP16) / 53.8e12 - 1) < 0.02)
        // 65 is the tensor rate and not that of ordinary cores.
        #expect(abs(try #require(Self.one("Tesla T4").rates.fp16) / 16.3e12 - 1) < 0.02)
        #expect(try Self.one("Tesla T4").rates.tensorFP16 == 65e12)
    }

    @Test(
        "a name is found as people and drivers write it",
        arguments: [
            ("a100", "A100 SXM4 80GB"), ("A100 40GB", "A100 SXM4 40GB"), ("NVIDIA A100-SXM4-80GB", "A100 SXM4 80GB"),
            ("NVIDIA A100 80GB PCIe", "A100 PCIe 80GB"), ("rtx4090", "GeForce RTX 4090"), ("RTX 4090", "GeForce RTX 4090"),
            ("4090", "GeForce RTX 4090"), ("mi100", "Instinct MI100"), ("T4", "Tesla T4"), ("h100", "H100 SXM5 80GB"),
            ("NVIDIA GeForce RTX 3090", "GeForce RTX 3090"), ("Tesla V100-SXM2-16GB", "Tesla V100 SXM2 16GB"),
            ("NVIDIA H100 80GB HBM3", "H100 SXM5 80GB"), ("a10", "A10"), ("L40S", "L40S"), ("p100", "Tesla P100 SXM2 16GB"),
            ("Quadro RTX 8000", "Quadro RTX 8000"), ("RTX A6000", "RTX A6000"), ("rtx 6000 ada", "RTX 6000 Ada"),
        ])
    func found(name: String, expected: String) {
        guard case .found(let found) = Self.catalogue.find(name) else {
            Issue.record("\(name) was not found")
            return
        }
        #expect(found.first?.name == expected)
    }

    @Test("what isn't there is told with the nearest; bytes of any kind end nothing")
    func notFound() {
        #expect(Self.catalogue.find("rtx 4095") != .found([]))
        guard case .nothing(let nearest) = Self.catalogue.find("geforcertx4091") else {
            Issue.record("found")
            return
        }
        #expect(nearest.contains("GeForce RTX 4090"))
        for text in ["", " ", "---", "nvidia", String(repeating: "a", count: 100_000), "\u{0}\u{FFFD}"] {
            guard case .nothing = Self.catalogue.find(text) else {
                Issue.record("\(text.prefix(20)) was found")
                continue
            }
        }
    }

    @Test("by the number that the bus gives, and by what a driver says with its memory")
    func byDevice() throws {
        #expect(Self.catalogue.find(pciID: "10DE:2684").map(\.name) == ["GeForce RTX 4090"])
        // An A100 of 40 GB reports 39.4 GiB.
        let found = Self.catalogue.find(model: "NVIDIA A100-PCIE-40GB", memory: MemoryBytes(42_298_834_944))
        #expect(found?.name == "A100 PCIe 40GB")
    }

    @Test("prices name accelerators of the catalogue, are dated, and positive")
    func prices() {
        let names = Set(Self.catalogue.accelerators.map(\.name))
        #expect(BuiltInTables.rentalPrices.count >= 40)
        for price in BuiltInTables.rentalPrices {
            #expect(names.contains(price.accelerator), "\(price.accelerator)")
            #expect(price.onDemand.micros > 0 && price.onDemand.micros < 300_000_000, "\(price.instance)")
            if let spot = price.spot { #expect(spot.micros <= price.onDemand.micros, "\(price.instance)") }
        }
        for provider in ["AWS", "Google Cloud", "Azure"] {
            #expect(BuiltInTables.rentalPrices.contains { $0.provider == provider }, "\(provider)")
        }
        // Not the twelve GPUs of a public table.
        #expect(BuiltInTables.rentalPrices.filter { $0.instance.contains("ND96isr_H100") }.allSatisfy { $0.count == 8 })
    }

    @Test("a table that is cut off, has too many fields or a word for a number is refused with its line")
    func tables() {
        func error(_ text: String) -> TableText.ParseError? {
            do throws(TableText.ParseError) {
                _ = try Catalogue(table: text)
                return nil
            } catch { return error }
        }
        #expect(error("") == .empty)
        #expect(error("name,name\n") == .twoColumnsOfOneName("name"))
        #expect(error("name,vendor\n\"x,y\n") == .openQuote(line: 2))
        #expect(error("name,vendor\nx,y,z\n") == .fieldCount(line: 2, found: 3, expected: 2))
        #expect(error("name,vendor\nx,y\n") == .missingColumn("segment"))
        let columns =
            "provider,region,instance,accelerator,count,vcpus,memoryGiB,onDemandUSD,spotUSD,reserved1yUSD,date,source"
        #expect(throws: TableText.ParseError.notANumber(line: 2, column: "onDemandUSD", text: "free")) {
            try RentalPrice.table(columns + "\na,b,c,d,1,,,free,,,2026-01-01,s\n")
        }
        #expect(throws: TableText.ParseError.self) { try RentalPrice.table(columns + "\na,b,c,d,1,,,1,,,2026-02-30,s\n") }
    }

    @Test("days: leap years, ends of months, and differences")
    func days() throws {
        #expect(CivilDate("2024-02-29") != nil && CivilDate("2026-02-29") == nil && CivilDate("2100-02-29") == nil)
        #expect(CivilDate("2026-13-01") == nil && CivilDate("26-01-01") == nil && CivilDate("2026-1-1") == nil)
        let first = try #require(CivilDate("2026-01-21")), second = try #require(CivilDate("2026-11-22"))
        #expect(second.days - first.days == 305 && first < second)
        #expect(CivilDate("2026-11")?.text == "2026-11")
    }

    @Test("SkyPilot's form: zones are one, what has no price is skipped, a placeholder is none")
    func skyPilot() throws {
        let text = """
            InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,Region,AvailabilityZone
            p4d.24xlarge,A100,8.0,96.0,1152.0,"{'Gpus': [{'Name': 'A100'}]}",21.957642,9.1,us-east-1,us-east-1a
            p4d.24xlarge,A100,8.0,96.0,1152.0,"{'Gpus': [{'Name': 'A100'}]}",21.957642,9.2,us-east-1,us-east-1b
            m5.large,,,2.0,8.0,,0.096,0.04,us-east-1,us-east-1a
            tpu,tpu-v5p,8,,,,700.0,,us-central1,a
            """
        let date = try #require(CivilDate("2026-11-22"))
        let found = try RentalPrice.skyPilot(text, provider: "aws", date: date) { _ in nil }
        #expect(found.prices.count == 1 && found.skipped == 2)
        let price = try #require(found.prices.first)
        #expect(price.onDemand.micros == 21_957_642 && price.perDevice.micros == 2_744_705 && price.count == 8)
        #expect(price.accelerator == "A100 SXM4 40GB" && !price.isOld(on: date))
    }
}
