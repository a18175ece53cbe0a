import FleetModel
import FoundationEssentials
import Testing

/// Which devices a text selects.
@Suite struct SelectorTests {
    @Test(
        arguments: [
            ("1", 1, [], nil, nil), ("0", 0, [], nil, nil), ("8", 8, [], nil, nil), ("999", 999, [], nil, nil),
            (" 2 ", 2, [], nil, nil),
            ("a100", 1, ["a100"], nil, nil), ("A100:2", 2, ["a100"], nil, nil), ("rtx 4090", 1, ["rtx", "4090"], nil, nil),
            ("rtx4090:3", 3, ["rtx4090"], nil, nil), ("4090", 1, ["4090"], nil, nil), ("4090:2", 2, ["4090"], nil, nil),
            ("1000", 1, ["1000"], nil, nil), ("a100-80gb", 1, ["a100", "80gb"], nil, nil), ("a100:0", 0, ["a100"], nil, nil),
            ("24GB", 1, [], 24_000_000_000, nil), ("24GB..", 1, [], 24_000_000_000, nil),
            ("..80GB:2", 2, [], nil, 80_000_000_000),
            ("24GB..80GB:2", 2, [], 24_000_000_000, 80_000_000_000), ("24gib..24gib", 1, [], 24 << 30, 24 << 30),
            ("1.5TB", 1, [], 1_500_000_000_000, nil), ("1000000:1000000", 1_000_000, ["1000000"], nil, nil),
            ("٣", 1, ["٣"], nil, nil), ("1e9", 1, ["1e9"], nil, nil), ("GB", 1, ["gb"], nil, nil),
            ("NVIDIA A100-SXM4-80GB:4", 4, ["nvidia", "a100", "sxm4", "80gb"], nil, nil),
        ] as [(String, Int, [String], Int64?, Int64?)])
    func whatIsASelector(text: String, count: Int, words: [String], least: Int64?, most: Int64?) throws {
        let expected = DeviceSelector(
            count: count, modelWords: words, memoryAtLeast: least.map { MemoryBytes($0) },
            memoryAtMost: most.map { MemoryBytes($0) })
        #expect(try DeviceSelector(parsing: text) == expected)
    }

    @Test(
        arguments: [
            ("", .empty), (" ", .empty), (":", .empty), (":2", .empty), ("--:1", .empty), ("…", .empty),
            ("-1", .negativeCount("-1")), ("a100:-1", .negativeCount("-1")),
            ("-9223372036854775808", .negativeCount("-9223372036854775808")),
            ("a100:", .notACount("")), ("a100:x", .notACount("x")), ("a100:٣", .notACount("٣")),
            ("a100:+1", .notACount("+1")),
            ("a100:1:2", .notACount("1:2")), ("a100: 2", .notACount(" 2")), ("a100:1.5", .notACount("1.5")),
            ("a100:1e9", .notACount("1e9")),
            ("a100:1000001", .notACount("1000001")), ("99999999999999999999", .notACount("99999999999999999999")),
            ("-", .notACount("-")), ("1-2", .notACount("1-2")),
            ("-99999999999999999999", .notACount("-99999999999999999999")),
            ("..", .notAMemoryRange("..")), ("a100..", .notAMemoryRange("a100..")), ("24GB..x", .notAMemoryRange("24GB..x")),
            ("24..80GB", .notAMemoryRange("24..80GB")), ("24GB..80", .notAMemoryRange("24GB..80")),
            ("0GB..", .notAMemoryRange("0GB..")),
            ("24GB...80GB", .notAMemoryRange("24GB...80GB")), ("24GB..80GB..", .notAMemoryRange("24GB..80GB..")),
            ("80GB..24GB", .emptyMemoryRange("80GB..24GB")), ("24GiB..24GB:2", .emptyMemoryRange("24GiB..24GB")),
        ] as [(String, DeviceSelector.ParseError)])
    func whatIsNoSelector(text: String, error: DeviceSelector.ParseError) {
        #expect(throws: error) { try DeviceSelector(parsing: text) }
    }

    /// What people type, and every model of the list that it finds.
    @Test(
        arguments: [
            ("a100", ["NVIDIA A100-SXM4-80GB", "NVIDIA A100-SXM4-40GB", "NVIDIA A100 80GB PCIe", "NVIDIA A100-PCIE-40GB"]),
            ("a10", ["NVIDIA A10"]), ("a1", []), ("a10g", ["NVIDIA A10G"]),
            ("a100-80gb", ["NVIDIA A100-SXM4-80GB", "NVIDIA A100 80GB PCIe"]),
            ("a100-sxm4", ["NVIDIA A100-SXM4-80GB", "NVIDIA A100-SXM4-40GB"]),
            ("a100 pcie", ["NVIDIA A100 80GB PCIe", "NVIDIA A100-PCIE-40GB"]),
            ("h100", ["NVIDIA H100 80GB HBM3", "NVIDIA H100 PCIe", "NVIDIA H100 NVL"]), ("h100 nvl", ["NVIDIA H100 NVL"]),
            ("h100nvl", ["NVIDIA H100 NVL"]), ("h200", ["NVIDIA H200"]), ("gh200", ["NVIDIA GH200 480GB"]),
            ("rtx4090", ["NVIDIA GeForce RTX 4090"]), ("RTX-4090", ["NVIDIA GeForce RTX 4090"]),
            ("4090", ["NVIDIA GeForce RTX 4090"]),
            ("409", []), ("geforce", ["NVIDIA GeForce RTX 4090", "NVIDIA GeForce RTX 3090", "NVIDIA GeForce GTX 1080 Ti"]),
            ("3090", ["NVIDIA GeForce RTX 3090"]), ("gtx1080ti", ["NVIDIA GeForce GTX 1080 Ti"]),
            ("1080ti", ["NVIDIA GeForce GTX 1080 Ti"]),
            ("v100", ["Tesla V100-SXM2-16GB", "Tesla V100-PCIE-32GB"]), ("v100-16gb", ["Tesla V100-SXM2-16GB"]),
            ("tesla", ["Tesla V100-SXM2-16GB", "Tesla V100-PCIE-32GB", "Tesla T4", "Tesla K80"]), ("t4", ["Tesla T4"]),
            ("k80", ["Tesla K80"]),
            ("a6000", ["NVIDIA RTX A6000"]), ("rtx6000", ["NVIDIA RTX 6000 Ada Generation"]),
            ("6000", ["NVIDIA RTX 6000 Ada Generation"]),
            ("rtx8000", ["Quadro RTX 8000"]), ("quadro", ["Quadro RTX 8000"]), ("l4", ["NVIDIA L4"]), ("l40", []),
            ("l40s", ["NVIDIA L40S"]),
            ("mi100", ["AMD Instinct MI100"]), ("mi250x", ["AMD Instinct MI250X"]), ("mi250", []),
            ("amd", ["AMD Instinct MI100", "AMD Instinct MI250X"]), ("b200", ["NVIDIA B200"]),
            ("mig", ["NVIDIA A100-SXM4-80GB MIG 1g.10gb"]),
            ("1g.10gb", ["NVIDIA A100-SXM4-80GB MIG 1g.10gb"]), ("a100 1g", ["NVIDIA A100-SXM4-80GB MIG 1g.10gb"]),
            ("2g.10gb", []), ("nothing", []), ("x100", []),
        ] as [(String, [String])])
    func whatAModelFinds(text: String, models: [String]) throws {
        #expect(Self.cards.count == 28)
        let selector = try DeviceSelector(parsing: text + ":1")
        #expect(Self.cards.filter { selector.matches(Self.device($0)) }.map(\.name) == models)
    }

    /// A number of GB finds the cards that are sold with it, whatever they report, and no smaller ones.
    @Test(
        arguments: [
            (24, ["NVIDIA A10", "NVIDIA A10G", "NVIDIA L4", "NVIDIA GeForce RTX 4090", "NVIDIA GeForce RTX 3090"]),
            (16, ["Tesla V100-SXM2-16GB", "Tesla T4"]), (32, ["Tesla V100-PCIE-32GB", "AMD Instinct MI100"]),
            (40, ["NVIDIA A100-SXM4-40GB", "NVIDIA A100-PCIE-40GB"]),
            (12, ["Tesla K80", "NVIDIA GeForce GTX 1080 Ti"].dropLast()),
            (48, ["NVIDIA L40S", "NVIDIA RTX A6000", "NVIDIA RTX 6000 Ada Generation", "Quadro RTX 8000"]),
            (80, ["NVIDIA A100-SXM4-80GB", "NVIDIA A100 80GB PCIe", "NVIDIA H100 80GB HBM3", "NVIDIA H100 PCIe"]),
        ] as [(Int, [String])])
    func whatANumberOfGigabytesFinds(gigabytes: Int, sold: [String]) throws {
        let exactly = try DeviceSelector(parsing: "\(gigabytes)GB..\(gigabytes)GB")
        #expect(Set(Self.cards.filter { exactly.matches(Self.device($0)) }.map(\.name)) == Set(sold))
        let atLeast = try DeviceSelector(parsing: "\(gigabytes)GB")
        let open = try DeviceSelector(parsing: "\(gigabytes)GB..")
        #expect(atLeast == open)
        for card in Self.cards {
            let isSold = sold.contains(card.name)
            #expect(atLeast.matches(Self.device(card)) == (isSold || card.mebibytes << 20 > gigabytes * 1_000_000_000))
        }
    }

    @Test func boundsOfAnySizeAreNoTrap() {
        let sizes: [Int64] = [.min, -1, 0, 1, .max]
        for least in sizes {
            for most in sizes {
                let selector = DeviceSelector(count: 1, memoryAtLeast: MemoryBytes(least), memoryAtMost: MemoryBytes(most))
                for size in sizes {
                    let device = Device(key: DeviceKey("a"), model: "x", memory: MemoryBytes(size))
                    if size >= least, size <= most { #expect(selector.matches(device)) }
                }
            }
        }
    }

    @Test(arguments: [
        ("0", "no GPU"), ("a100:0", "no GPU"), ("2", "2 × any GPU"), ("a100:2", "2 × a100"), ("rtx 4090", "1 × rtx 4090"),
        ("24GB", "1 × 24 GB or more"), ("..80GB:3", "3 × 80 GB or less"), ("24GB..80GB", "1 × 24 GB or more 80 GB or less"),
    ])
    func whatScreensShow(text: String, shown: String) throws {
        #expect(try DeviceSelector(parsing: text).text == shown)
    }

    @Test func aSelectorComesBackFromJSON() throws {
        for text in ["0", "a100:2", "24GB..80GB:2", "rtx 4090"] {
            let selector = try DeviceSelector(parsing: text)
            #expect(try JSONDecoder().decode(DeviceSelector.self, from: JSONEncoder().encode(selector)) == selector)
        }
    }

    /// Names as NVML and the AMD driver print them, with the memory that they report.
    static let cards: [(name: String, mebibytes: Int)] = [
        ("NVIDIA A100-SXM4-80GB", 81_920), ("NVIDIA A100-SXM4-40GB", 40_960), ("NVIDIA A100 80GB PCIe", 81_920),
        ("NVIDIA A100-PCIE-40GB", 40_536), ("NVIDIA A10", 22_731), ("NVIDIA A10G", 23_028),
        ("NVIDIA H100 80GB HBM3", 81_559),
        ("NVIDIA H100 PCIe", 81_559), ("NVIDIA H100 NVL", 95_830), ("NVIDIA H200", 143_771), ("NVIDIA GH200 480GB", 97_871),
        ("NVIDIA B200", 183_359), ("NVIDIA L4", 23_034), ("NVIDIA L40S", 45_634), ("NVIDIA GeForce RTX 4090", 24_564),
        ("NVIDIA GeForce RTX 3090", 24_576), ("NVIDIA GeForce GTX 1080 Ti", 11_178), ("Tesla V100-SXM2-16GB", 16_160),
        ("Tesla V100-PCIE-32GB", 32_510), ("Tesla T4", 15_109), ("Tesla K80", 11_441), ("NVIDIA RTX A6000", 49_140),
        ("NVIDIA RTX 6000 Ada Generation", 49_140), ("Quadro RTX 8000", 46_080), ("AMD Instinct MI100", 32_752),
        ("AMD Instinct MI250X", 65_520), ("NVIDIA A100-SXM4-80GB MIG 1g.10gb", 9_728), ("NVIDIA Graphics Device", 8_192),
    ]

    private static func device(_ card: (name: String, mebibytes: Int)) -> Device {
        Device(key: DeviceKey("GPU-1"), model: card.name, memory: MemoryBytes(Int64(card.mebibytes) << 20))
    }
}
