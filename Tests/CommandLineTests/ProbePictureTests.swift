import ArgumentParser
import Foundation
import FoundationXML
import Testing

@testable import CommandLine

@Suite("Pictures of what was measured")
struct ProbePictureTests {
    private static func curve(_ method: String, _ times: [(Int, Double)], onGPU: Bool = false) -> ProbeReport.Curve {
        ProbeReport.Curve(
            method: method, isOnGPU: onGPU, device: onGPU ? "NVIDIA Stand-in <&>" : "A processor", threads: onGPU ? nil : 1,
            points: times.map { size, seconds in
                let work = 2 * Double(size) * Double(size) * Double(size)
                return ProbeReport.Point(size: size, seconds: seconds, operationsPerSecond: work / seconds)
            }, end: nil)
    }

    /// The processor is faster at 16, the GPU from 64 on.
    private static let kernel = ProbeReport.Kernel(
        kernel: "matrixProduct", words: "Product of matrices, FP32", unit: "rows",
        curves: [
            curve("serial", [(16, 1e-5), (64, 1e-3), (256, 1e-1)]),
            curve("threaded", [(16, 2e-5), (64, 5e-4), (256, 2e-2)]),
            curve("GPU", [(16, 1e-4), (64, 1e-4), (256, 1e-3)], onGPU: true),
        ])

    @Test("time against size, a mark for each way, the crossover and what they mean; in Unicode and in plain letters")
    func chart() throws {
        let picture = try #require(CurvePicture(Self.kernel, words: nil))
        let text = CurveChart(picture: picture, width: 25, height: 5).text
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines == Self.golden, "\(text)")
        let plain = CurveChart(picture: picture, width: 25, height: 5, unicode: false).text
        #expect(plain.utf8.allSatisfy { $0 < 128 }, "\(plain)")
        #expect(plain.contains("G GPU") && plain.contains(": between 16 and 64 rows the"))
    }

    private static let golden = [
        "100 ms ┤┊           ┊        ···●",
        " 10 ms ┤┊           ┊  ·········■",
        "  1 ms ┤┊        ···*···········▲",
        "100 µs ┤▲···········▲·····",
        " 10 µs ┤*··         ┊",
        "       └─────────────────────────",
        "        16         64          256",
        "        rows across, time up, both in",
        "        powers",
        "        ● serial   ■ threaded",
        "        ▲ GPU   * several",
        "        ┊ between 16 and 64 rows the",
        "        GPU becomes faster, with",
        "        everything on it already",
        "",
    ]

    @Test("no line of the whole answer is wider than the terminal, whatever is measured")
    func widths() {
        let many = ProbeReport.Kernel(
            kernel: "matrixProduct", words: "Product of matrices, FP32", unit: "pixels of a side",
            curves: [
                "serial", "threaded", "OpenBLAS", "GPU", "GPU and copies", "cuBLAS", "cuBLAS and copies", "PyTorch GPU",
            ]
            .map { Self.curve($0, [(16, 1e-5), (64, 1e-3), (8_192, 7)], onGPU: $0.contains("GPU")) })
        let report = ProbeReport(kernels: [many], missing: ["nothing at all"])
        for width in [44, 50, 60, 80, 120] {
            let text = report.text(width: width, unicode: true)
            // What is to be copied stays whole.
            for line in text.split(separator: "\n") where !line.hasPrefix("  carrel plan") {
                #expect(line.count <= width, "\(width): \(line)")
            }
            #expect(text.contains("PYTORCH GPU") && text.contains("FASTEST") && text.contains("both in"))
        }
        #expect(!report.text(width: 43, unicode: true).contains("both in"))
    }

    /// Collects the names and texts of elements.
    private final class Reader: NSObject, XMLParserDelegate {
        var names: [String] = [], text = ""

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) { names.append(name) }

        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
    }

    @Test("the SVG is well-formed, needs nothing from elsewhere, escapes names, and has the crossover, marks and dashes")
    func drawing() throws {
        let other = ProbeReport.Kernel(
            kernel: "lstmStep", words: "Step of an LSTM \u{1B}<script>", unit: "units",
            curves: [Self.curve("blocked", [(16, 1e-6), (64, 1e-5)])])
        let report = ProbeReport(kernels: [Self.kernel, other], missing: [])
        let parser = XMLParser(data: Data(report.svg.utf8)), reader = Reader()
        parser.delegate = reader
        #expect(parser.parse(), "\(String(describing: parser.parserError)): \(report.svg)")
        #expect(reader.names.first == "svg" && reader.names.count { $0 == "polyline" } == 4)
        #expect(!reader.names.contains("script") && !reader.names.contains("image"))
        #expect(reader.text.contains("between 16 and 64 rows the GPU becomes faster"))
        #expect(reader.text.contains("already: up to 16 rows you don't need a GPU; from 64 on it is faster"))
        #expect(reader.text.contains("NVIDIA Stand-in <&>") && reader.text.contains("prefers-color-scheme: dark"))
        let ways = (0..<14).map { Self.curve("way \($0)", [(16, 1e-5), (64, 1e-3)]) }
        let looks = ProbeReport(
            kernels: [ProbeReport.Kernel(kernel: "x", words: "Many ways", unit: "rows", curves: ways)], missing: []
        ).svg.split(separator: "\n").filter { $0.contains("H662") }.map { line in
            // Without the colour, and without where it stands.
            line.drop { $0 != ">" }.replacing(#/d="M[0-9.]+ [0-9.]+/#, with: "")
        }
        #expect(looks.count == 14 && Set(looks).count == 14, "\(looks)")
        #expect(report.svg.contains("stroke-dasharray") && !report.svg.contains("href") && !report.svg.contains("url("))
    }

    @Test("a GPU that is not there is reckoned, marked so, and answers with ranges; what was measured is not touched")
    func reckoned() throws {
        var report = ProbeReport(
            kernels: [
                ProbeReport.Kernel(
                    kernel: "matrixProduct", words: "Product of matrices, FP32", unit: "rows",
                    curves: [Self.curve("serial", [(16, 2e-7), (64, 2e-5), (256, 1e-3), (1_024, 6e-2)])]),
                ProbeReport.Kernel(
                    kernel: "scaledSum", words: "Sum", unit: "numbers",
                    curves: [Self.curve("serial", [(1_024, 1e-7), (1 << 22, 1e-3)])]),
            ], missing: [])
        #expect(report.words.isEmpty)
        let named = try ProbePool.named("A100 SXM4 80GB")
        report.reckon(named.target, named.why)
        report.reckon(named.target, named.why)
        let curves = report.kernels[0].curves
        #expect(curves.count(where: \.isReckoned) == 1 && !curves.contains(where: \.isOnGPU))
        #expect(report.kernels[0].fasterFrom == nil && report.kernels[0].reckoned?.latest != nil)
        #expect(report.words[0].contains("you don't need a GPU; from about"), "\(report.words)")
        #expect(
            report.words[1].hasPrefix(
                "Sum: you don't need a GPU for this up to 4194304 numbers. Where everything stays on it: up to about "),
            "\(report.words)")
        let text = report.text(width: 80, unicode: true)
        #expect(text.contains("Reckoned, not measured") && text.contains("A100 SXM4 80GB, reckoned, with copies"))
        #expect(report.figures.gpuGflops == nil)
        let again = try JSONDecoder().decode(ProbeReport.self, from: JSONEncoder().encode(report))
        #expect(again.svg == report.svg && again.text(width: 80, unicode: false) == report.text(width: 80, unicode: false))
    }

    @Test("what one call costs with its copies is no part of the crossover without them, and is said beside it")
    func copies() {
        let kernel = ProbeReport.Kernel(
            kernel: "matrixProduct", words: "Product", unit: "rows",
            curves: [
                Self.curve("serial", [(16, 1e-5), (64, 1e-3), (256, 1e-1)]),
                Self.curve("GPU", [(16, 2e-5), (64, 2e-5), (256, 2e-5)], onGPU: true),
                Self.curve("GPU and copies", [(16, 2e-3), (64, 2e-3), (256, 2e-3)], onGPU: true),
            ])
        #expect(kernel.fasterFrom == 64 && kernel.withCopies?.slowerAt == 64 && kernel.withCopies?.fasterFrom == 256)
        let report = ProbeReport(kernels: [kernel], missing: [])
        #expect(
            report.words.first
                == "Product. With everything on the GPU already: up to 16 rows you don't need a GPU; from 64 on it is faster "
                + "(measured on both up to 256). With input and result sent over the bus each time: up to 64 rows you don't "
                + "need a GPU; from 256 on it is faster (measured on both up to 256).")
        #expect(report.measured == ["on A processor: Product", "on NVIDIA Stand-in <&>: Product (GPU, GPU and copies)"])
    }

    @Test("a GPU that refuses everything is said with its reason, and draws no empty table")
    func refused() {
        let dead = ProbeReport.Curve(
            method: "GPU", isOnGPU: true, device: "NVIDIA", threads: nil, points: [],
            end: "cuMemAlloc_v2 failed with 2 at 16")
        let report = ProbeReport(
            kernels: [
                ProbeReport.Kernel(
                    kernel: "matrixProduct", words: "Product", unit: "rows",
                    curves: [Self.curve("serial", [(16, 1e-5)]), dead]),
                ProbeReport.Kernel(kernel: "transferToDevice", words: "Copies", unit: "bytes", curves: [dead]),
            ], missing: ["something else"])
        #expect(report.missing.first?.contains("cuMemAlloc_v2 failed with 2") ?? false && report.missing.count == 2)
        let text = report.text(width: 80, unicode: true)
        #expect(!text.contains("BYTES") && text.contains("Copies\n  GPU: cuMemAlloc_v2 failed with 2 at 16"), "\(text)")
        #expect(report.svg.contains("</svg>"))
    }

    @Test("what was measured becomes the options of plan device, which takes them")
    func figures() throws {
        func kernel(_ name: String, _ curves: [ProbeReport.Curve]) -> ProbeReport.Kernel {
            ProbeReport.Kernel(kernel: name, words: name, unit: "bytes", curves: curves)
        }
        func flat(_ rate: Double, _ size: Int, onGPU: Bool) -> ProbeReport.Curve {
            ProbeReport.Curve(
                method: "x", isOnGPU: onGPU, device: onGPU ? "NVIDIA H100 80GB HBM3" : "CPU", threads: nil,
                points: [
                    ProbeReport.Point(size: 1_024, seconds: 1, operationsPerSecond: rate * 2, difference: 0, tolerance: 0),
                    ProbeReport.Point(size: size, seconds: 1, operationsPerSecond: rate, difference: 0, tolerance: 0),
                ], end: nil)
        }
        let figures = ProbeReport(
            kernels: [
                kernel(
                    "matrixProduct",
                    [flat(1.2345e11, 4_096, onGPU: false), flat(5e13, 4_096, onGPU: true)]
                        // A framework's, whose result nobody compared.
                        + [Self.curve("PyTorch GPU", [(4_096, 1e-9)], onGPU: true)]),
                kernel("scaledSum", [flat(3e10, 1 << 24, onGPU: false), flat(2.9e12, 1 << 24, onGPU: true)]),
                kernel("transferToDevice", [flat(2.5e10, 1 << 26, onGPU: true)]),
                kernel("transferFromDevice", [flat(2.4e10, 1 << 26, onGPU: true)]),
            ], missing: []
        ).figures
        // Small arrays lie in caches: their rate is no memory's.
        #expect(figures.cpuGflops == 247 && figures.cpuBandwidth == 30 && figures.gpuBandwidth == 2_900)
        let command = try #require(figures.command)
        #expect(
            command == "carrel plan device matmul --size 4096 --cpu-gflops 247 --cpu-bandwidth 30 --gpu 'H100 SXM5 80GB' "
                + "--gpu-gflops 100000 --gpu-bandwidth 2900 --bus-bandwidth 24")
        let words = command.replacingOccurrences(of: "'H100 SXM5 80GB'", with: "h100").split(separator: " ").dropFirst(3)
        let parsed = try PlanDeviceCommand.parse(words.map(String.init))
        #expect(
            parsed.gpuGflops == 100_000 && figures.busBandwidth == 48 && parsed.busBandwidth == 24
                && parsed.cpuBandwidth == 30)
        #expect(ProbeReport(kernels: [], missing: []).figures.command == nil)
    }

    @Test("of sizes that only the GPU was measured at nothing is claimed of the processor")
    func common() throws {
        func words(_ processor: [(Int, Double)], _ gpu: [(Int, Double)]) -> String? {
            ProbeReport(
                kernels: [
                    ProbeReport.Kernel(
                        kernel: "lstmStep", words: "Step", unit: "units",
                        curves: [Self.curve("serial", processor), Self.curve("GPU", gpu, onGPU: true)])
                ], missing: []
            ).words.first
        }
        #expect(
            words([(16, 1e-6), (256, 1e-5)], [(16, 1e-4), (256, 1e-4), (4_096, 1e-3)])
                == "Step. With everything on the GPU already: up to 256 units (the largest that was measured on both; on the GPU "
                + "alone up to 4096) you don't need a GPU.")
        #expect(
            words([(16, 1), (256, 2)], [(16, 1e-4), (256, 1e-4)])
                == "Step. With everything on the GPU already: the GPU is faster at every size up to 256 units, the largest that "
                + "was measured on both.")
        #expect(words([(16, 1)], [(32, 1e-4)]) == nil)
    }

    @Test("with everything measured a second reckoning keeps the words on a program's start")
    func start() throws {
        var report = ProbeReport(kernels: [Self.kernel], missing: [])
        let words = report.words, named = try ProbePool.named("A100 SXM4 80GB")
        report.reckon(named.target, named.why)
        #expect(words.count == 2 && report.words == words && words[1].contains("about 5 s"))
    }

    @Test("a GPU that may be faster from the smallest size on makes none below it needless")
    func smallest() throws {
        var report = ProbeReport(
            kernels: [
                ProbeReport.Kernel(
                    kernel: "matrixProduct", words: "Product", unit: "rows",
                    curves: [Self.curve("serial", [(64, 1.3e-5), (256, 1e-3), (1_024, 6e-2)])])
            ], missing: [])
        let named = try ProbePool.named("A100 SXM4 80GB")
        report.reckon(named.target, named.why)
        #expect(report.kernels[0].reckoned?.earliest == 64, "\(String(describing: report.kernels[0].reckoned))")
        #expect(report.words.first?.contains("may be faster at every size that was measured") == true, "\(report.words)")
        #expect(report.words.first?.contains("up to about 64") == false, "\(report.words)")
    }

    @Test("a file with sizes that nothing has is refused and ends nothing")
    func hostile() throws {
        let place = NSTemporaryDirectory() + "carrel-hostile-\(UUID().uuidString).json"
        defer { try? FileManager.default.removeItem(atPath: place) }
        let bytes = try JSONEncoder().encode(ProbeReport(kernels: [Self.kernel], missing: []))
        let good = String(decoding: bytes, as: UTF8.self)
        func read(_ text: String) throws -> ProbeReport {
            try text.write(toFile: place, atomically: true, encoding: .utf8)
            return try ProbeReport(file: place)
        }
        #expect(try read(good).kernels.count == 1)
        for (old, new) in [
            ("\"slowerAt\":16", "\"slowerAt\":9223372036854775807"), ("\"fasterFrom\":64", "\"fasterFrom\":0"),
            ("\"size\":256", "\"size\":9007199254740993"),
            ("\"unit\":\"rows\"", "\"unit\":\"rows\",\"reckoned\":{\"earliest\":1e300}"),
        ] {
            let bad = good.replacing(old, with: new)
            #expect(bad != good, "\(old)")
            #expect(throws: ExitCode(65)) { try read(bad) }
        }
    }

    @Test("a picture is as wide as its longest name needs")
    func wide() throws {
        func width(_ name: String) throws -> Int {
            let kernel = ProbeReport.Kernel(
                kernel: "x", words: "x", unit: "rows", curves: [Self.curve(name, [(16, 1), (32, 1)])])
            let svg = ProbeReport(kernels: [kernel], missing: []).svg
            let after = try #require(svg.split(separator: " width=\"").dropFirst().first)
            return try #require(Int(after.prefix { $0 != "\"" }))
        }
        #expect(try width("serial") == 860)
        let long = "RTX PRO 6000 Blackwell Server, reckoned, with copies"
        #expect(try width(long) >= 672 + long.count * 7)
    }
}
