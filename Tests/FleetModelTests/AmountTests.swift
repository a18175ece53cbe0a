import FleetModel
import FoundationEssentials
import Testing

/// Memory and cores as people type them, and as screens show them.
@Suite struct AmountTests {
    @Test(
        arguments: [
            ("1024", 1_024), ("1", 1), ("1b", 1), ("1B", 1), ("1k", 1_000), ("1kB", 1_000), ("1KiB", 1_024),
            ("512MB", 512_000_000),
            ("512M", 512_000_000), ("512MiB", 536_870_912), ("32GB", 32_000_000_000), ("32gb", 32_000_000_000),
            ("32G", 32_000_000_000),
            ("32GiB", 34_359_738_368), ("1.5TB", 1_500_000_000_000), ("1TiB", 1_099_511_627_776), ("0.5GiB", 536_870_912),
            ("0.000001MB", 1), ("1.25kB", 1_250), ("1.999999TB", 1_999_999_000_000), ("32 GB", 32_000_000_000),
            ("007GB", 7_000_000_000),
            ("9223372036854775807", .max), ("8388607TiB", 8_388_607 << 40), ("9223372TB", 9_223_372_000_000_000_000),
        ] as [(String, Int64)])
    func whatIsMemory(text: String, bytes: Int64) throws {
        #expect(try MemoryBytes(parsing: text) == MemoryBytes(bytes))
    }

    @Test(arguments: [
        "", " ", "GB", "0", "0GB", "0.0GB", "-1", "-1GB", "+1GB", "1e9", "1e9B", "٣", "٣GB", "３GB", "1,5GB", "1.GB", ".5GB",
        ".", "1..5GB",
        "1.2.3GB", "1PB", "1GBB", "1GiBs", "GB1", "1 2GB", " 1GB", "0x10", "1_000", "1.1234567GB", "9223372036854775808",
        "8388608TiB",
        "9223373TB", "9223372036854775807GB", "99999999999999999999999", "0.4", "0.0000001GB", "∞", "1G\u{0}B", "1GB\n",
        "1.٣GB",
    ])
    func whatIsNoMemory(text: String) {
        let error = #expect(throws: MemoryBytes.ParseError.self) { try MemoryBytes(parsing: text) }
        #expect(error?.text == text)
    }

    @Test(
        arguments: [
            (0, "0 B"), (1, "1 B"), (999, "999 B"), (1_000, "1 kB"), (1_500, "1.5 kB"), (1_049, "1 kB"), (1_050, "1.1 kB"),
            (80_000_000_000, "80 GB"), (1_500_000_000_000, "1.5 TB"), (512_000_000, "512 MB"), (85_899_345_920, "85.9 GB"),
            (549_755_813_888, "550 GB"), (99_950_000_000, "100 GB"), (.max, "9223372 TB"), (-1, "-1 B"),
            (-1_500_000_000, "-1.5 GB"),
            (.min, "-9223372 TB"),
        ] as [(Int64, String)])
    func whatScreensShowOfMemory(bytes: Int64, text: String) {
        #expect(MemoryBytes(bytes).text == text)
    }

    @Test(arguments: ["1 B", "999 B", "1.5 kB", "80 GB", "85.9 GB", "1.5 TB", "512 MB", "9223372 TB"])
    func whatIsShownOfMemoryCanBeTyped(text: String) throws {
        #expect(try MemoryBytes(parsing: text).text == text)
    }

    @Test func sumsOfMemorySaturate() {
        let most = MemoryBytes(.max), least = MemoryBytes(.min), one = MemoryBytes(1)
        #expect(most + one == most)
        #expect(least - one == least)
        #expect(MemoryBytes.zero - least == most)
        #expect(least + least == least)
        #expect(most - most == .zero)
        #expect(MemoryBytes.gibibytes(.max) == most)
        #expect(MemoryBytes.gibibytes(.min) == least)
        #expect(MemoryBytes.gibibytes(-1).bytes == -1_073_741_824)
        #expect(MemoryBytes.gibibytes(80).bytes == 85_899_345_920)
    }

    @Test(
        arguments: [
            ("1", 1_000), ("4", 4_000), ("0.5", 500), ("1.25", 1_250), ("0.001", 1), ("1.0", 1_000), ("007", 7_000),
            ("1000000", 1_000_000_000),
            ("0.010", 10),
        ] as [(String, Int64)])
    func whatIsANumberOfCores(text: String, thousandths: Int64) throws {
        #expect(try MilliCores(parsing: text) == MilliCores(thousandths))
    }

    @Test(arguments: [
        "", " ", "0", "0.0", "0.000", "-1", "-0.5", "+1", "1.+5", "1.-5", "1.-0", "-0", "1e3", "1,5", ".5", "1.", ".",
        "1.2345", "1.2.3", "٣",
        "1.٣", "２", "1000001", "9223372036854775807", "99999999999999999999", "four", "1 ", " 1", "1c", "0x1", "1\n", "½",
        "e\u{301}",
    ])
    func whatIsNoNumberOfCores(text: String) {
        let error = #expect(throws: MilliCores.ParseError.self) { try MilliCores(parsing: text) }
        #expect(error?.text == text)
    }

    @Test(
        arguments: [
            (0, "0"), (1, "0.001"), (10, "0.01"), (500, "0.5"), (1_000, "1"), (1_250, "1.25"), (64_000, "64"),
            (-500, "-0.5"),
            (-2_000, "-2"), (.max, "9223372036854775.807"), (.min, "-9223372036854775.808"),
        ] as [(Int64, String)])
    func whatScreensShowOfCores(thousandths: Int64, text: String) throws {
        #expect(MilliCores(thousandths).text == text)
        if (1...1_000_000_000).contains(thousandths) { #expect(try MilliCores(parsing: text) == MilliCores(thousandths)) }
    }

    @Test func sumsOfCoresSaturate() {
        let most = MilliCores(.max), least = MilliCores(.min)
        #expect(most + MilliCores(1) == most)
        #expect(least - MilliCores(1) == least)
        #expect(MilliCores.zero - least == most)
        #expect(MilliCores.cores(.max) == most)
        #expect(MilliCores.cores(.min) == least)
        #expect(MilliCores.cores(4) - MilliCores.cores(6) == MilliCores.cores(-2))
    }

    /// On the wire and in events each is a plain number.
    @Test func amountsAreWrittenAsNumbers() throws {
        let encoder = JSONEncoder()
        #expect(String(decoding: try encoder.encode([MemoryBytes(.max)]), as: UTF8.self) == "[9223372036854775807]")
        #expect(String(decoding: try encoder.encode([MilliCores(.min)]), as: UTF8.self) == "[-9223372036854775808]")
        #expect(String(decoding: try encoder.encode([TimeSpan.seconds(1)]), as: UTF8.self) == "[1000]")
        #expect(String(decoding: try encoder.encode([Timestamp(milliseconds: 5)]), as: UTF8.self) == "[5]")
        #expect(String(decoding: try encoder.encode([LeaseID(7)]), as: UTF8.self) == "[7]")
        #expect(String(decoding: try encoder.encode([UserName("é\"")]), as: UTF8.self) == "[\"é\\\"\"]")
        #expect(
            try JSONDecoder().decode([MemoryBytes].self, from: encoder.encode([MemoryBytes(.max)])) == [MemoryBytes(.max)])
    }
}
