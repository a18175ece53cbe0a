import Foundation
import Testing

/// `carrel plan` as people call it: no server, no network.
@Suite("Planning")
struct PlanTests {
    private static func json(_ arguments: [String]) async throws -> [String: Any] {
        let run = try ChildProcess(
            [CarrelBinary.path, "plan"] + arguments + ["--json"],
            environment: ["HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "CARREL_DATA_DIR": "/nonexistent"])
        #expect(await run.exitCode() == 0, "\(run.errors)")
        return try #require(try JSONSerialization.jsonObject(with: run.outputBytes) as? [String: Any])
    }

    @Test("every verb answers without a server, in words and as data")
    func answers() async throws {
        let verbs: [([String], String)] = [
            (["fit", "llama-3.1-8b", "--method", "lora", "--gpu", "rtx4090"], "GeForce RTX 4090"),
            (["fit", "--params", "7e9", "--layers", "32", "--hidden", "4096", "--method", "qlora"], "safe with"),
            (["fit", "--list"], "resnet50"), (["fit", "bert-base", "--method", "full", "--tokens", "1e9"], "TO RENT"),
            (["fit", "resnet50", "--samples", "1M", "--gpu", "24GB.."], "BETWEEN"),
            (["gpu", "--for", "education", "--budget", "600"], "Left out"),
            (["device", "matmul", "--size", "100"], "You don't need a GPU for this"),
            (["cost", "--gpu", "h100", "--utilisation", "60%"], "owning pays from"),
            (["cost", "--rent", "9000000000", "--rent-used", "0.1%"], "Assumed"),
            (["cost", "--gpu", "a100", "--gpus", "2"], "guessed by that of"), (["speed"], "GB200"),
            (["gpu", "--for", "education", "--used"], "sold used only"),
            (["compare", "a100", "mi100", "rtx4090"], "FP16 for a watt"), (["compare", "--list"], "Tesla K80"),
            (["speed", "--workload", "resnet50-train", "--gpu", "h100", "--precision", "fp16"], "× Tesla V100"),
        ]
        for (arguments, words) in verbs {
            let run = try ChildProcess(
                [CarrelBinary.path, "plan"] + arguments,
                environment: ["HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "CARREL_DATA_DIR": "/nonexistent"])
            #expect(await run.exitCode() == 0, "\(arguments): \(run.errors)")
            #expect(run.output.contains(words), "\(arguments): \(run.output)")
        }
        let fit = try await Self.json(["fit", "--params", "7e9", "--layers", "32", "--hidden", "4096", "--method", "full"])
        let bytes = ["lowerBytes", "expectedBytes", "safeBytes"].compactMap { fit[$0] as? Int }
        #expect(bytes.count == 3 && bytes == bytes.sorted())
        let timed = try await Self.json(["fit", "bert-base", "--method", "full", "--samples", "1e6", "--gpu", "h100"])
        let device = try #require((timed["devices"] as? [[String: Any]])?.first)
        let seconds = try #require(device["seconds"] as? [String: Double])
        let figures = ["lower", "expected", "upper"].compactMap { seconds[$0] }
        #expect(figures.count == 3 && figures == figures.sorted() && device["rent"] != nil)
        let speed = try await Self.json(["speed", "--gpu", "a100", "--relative-to", "a100"])
        #expect(abs((speed["relativeSpeed"] as? Double ?? 0) - 1) < 1e-6)
    }

    @Test(
        "mistakes are told in words, with the nearest, and nothing is guessed",
        arguments: [
            (["fit", "lama-3.1-8b"], "Did you mean", Int32(64)), (["fit", "./nothing.gguf"], "nothing.gguf", 65),
            (["fit"], "The model is missing", 64), (["gpu", "--budget", "much"], "much", 64),
            (["device", "sleep"], "matmul", 64), (["cost", "--gpu", "k80"], "--rent", 64),
            (["cost", "--gpu", "a100:2"], "name the model alone", 64),
            (["cost", "--utilisation", "60"], "write 60%", 64), (["gpu", "--budget", "5.000"], "5000 or 5k", 64),
            (["cost", "--keep", "--utilisation", "60%"], "leave --utilisation out", 64),
            (["cost", "--rent-from", "bills"], "carrel plan cost bill import", 64),
            (["compare", "rtx5095"], "RTX 5090", 64), (["fit", "bert-base", "--batch", "-1"], "--batch", 64),
            (["fit", "bert-base", "--batch", "99999999999999999999"], "--batch", 64),
            (["fit", "bert-base", "--tokens", "1e300"], "--tokens", 64),
            (["fit", "bert-base", "--tokens", "many"], "--tokens", 64),
            (["fit", "resnet50", "--tokens", "1e6"], "--samples", 64),
            (["fit", "bert-base", "--tokens", "1", "--utilisation", "150%"], "--utilisation", 64),
        ])
    func mistakes(arguments: [String], words: String, code: Int32) async throws {
        let run = try ChildProcess(
            [CarrelBinary.path, "plan"] + arguments, environment: ["HOME": "/nonexistent", "LC_ALL": "C.UTF-8"])
        #expect(await run.exitCode() == code, "\(run.errors)")
        #expect(run.errors.contains(words) && run.output.isEmpty, "\(run.errors)")
    }

    @Test("a safetensors file is read by its header, a truncated one is told, a pickle is refused")
    func files() async throws {
        let folder = "/var/tmp/carrel-plan-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let header = #"{"w":{"dtype":"BF16","shape":[1000,1000],"data_offsets":[0,2000000]}}"#
        var file = Data()
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { file.append(contentsOf: $0) }
        file.append(Data(header.utf8))
        file.append(Data(count: 2_000_000))
        let path = folder + "/model.safetensors"
        try file.write(to: URL(fileURLWithPath: path))
        let answer = try await Self.json(["fit", path])
        #expect(answer["parameters"] as? Double == 1_000_000)
        try file.prefix(40).write(to: URL(fileURLWithPath: path))
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/model.pt"))
        for name in ["model.safetensors", "model.pt"] {
            let run = try ChildProcess([CarrelBinary.path, "plan", "fit", folder + "/" + name])
            #expect(await run.exitCode() == 65, "\(run.errors)")
            #expect(run.errors.contains(name), "\(run.errors)")
        }
    }

    @Test("imported prices are used, and a broken table changes nothing")
    func prices() async throws {
        let home = "/var/tmp/carrel-plan-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: home) }
        let table = """
            InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,Region,AvailabilityZone
            tiny,H100,8,96,1152,,1.60,,here,a
            """
        try table.write(toFile: home + "/vms.csv", atomically: true, encoding: .utf8)
        func run(_ arguments: String...) async throws -> (code: Int32?, output: String, errors: String) {
            let run = try ChildProcess([CarrelBinary.path] + arguments, environment: ["HOME": home, "LC_ALL": "C.UTF-8"])
            return (await run.exitCode(), run.output, run.errors)
        }
        let taken = try await run("catalog", "import", home + "/vms.csv", "--provider", "mine", "--date", "2026-11-01")
        #expect(taken.code == 0 && taken.output.contains("1 prices of mine"), "\(taken)")
        let cost = try await run("plan", "cost", "--gpu", "h100")
        #expect(cost.output.contains("mine") && cost.output.contains("0.20 USD"), "\(cost)")
        try "InstanceType\nx\n".write(toFile: home + "/vms.csv", atomically: true, encoding: .utf8)
        let refused = try await run("catalog", "import", home + "/vms.csv", "--provider", "mine")
        #expect(refused.code == 65 && refused.errors.contains("Nothing was changed"), "\(refused)")
        #expect(try await run("plan", "cost", "--gpu", "h100").output.contains("mine"))
        #expect(try await run("catalog", "import", home + "/vms.csv", "--provider", "../x").code == 64)
    }

    @Test("bills are taken in once, shown as rents, and are the rent where they are newer than the prices; --rent wins")
    func bills() async throws {
        let home = "/var/tmp/carrel-plan-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: home) }
        func run(_ arguments: String...) async throws -> (code: Int32?, output: String, errors: String) {
            let run = try ChildProcess(
                [CarrelBinary.path, "plan", "cost"] + arguments, environment: ["HOME": home, "LC_ALL": "C.UTF-8"])
            return (await run.exitCode(), run.output, run.errors)
        }
        let file = home + "/bill.csv"
        let lines = """
            provider,month,instance,hours,amount,currency,what
            aws,2099-01,p5.48xlarge,1,1,USD,
            aws,2026-11,p5.48xlarge,100,4000.80,USD,
            aws,2026-11,,,400.08,USD,data out
            aws,2026-11,p5.48xlarge,100,9,EUR,
            """
        try lines.write(toFile: file, atomically: true, encoding: .utf8)
        let taken = try await run("bill", "import", file)
        #expect(taken.code == 0 && taken.output.contains("Bill 1: 2 lines"), "\(taken)")
        #expect(taken.errors.contains("line 2: 2099-01 is to come") && taken.errors.contains("EUR"), "\(taken)")
        let again = try await run("bill", "import", file)
        #expect(again.code == 0 && again.errors.contains("Nothing was taken twice"), "\(again)")
        try (lines + "\naws,2026-11,p5.48xlarge,1,40.008,USD,\n").write(toFile: file, atomically: true, encoding: .utf8)
        let more = try await run("bill", "import", file)
        #expect(more.output.contains("Bill 2: 1 line") && more.errors.contains("2 lines were taken in before"), "\(more)")
        let cost = try await run("--gpu", "h100")
        // 4040.808 for 808 hours; 400.08 beside them.
        #expect(cost.output.contains("AWS, paid") && cost.output.contains("5.00 USD"), "\(cost)")
        #expect(cost.output.contains("paid to AWS in 2026-11, 808 GPU-hours; newer than the price of"), "\(cost)")
        #expect(cost.output.contains("9.9 %"), "\(cost)")
        let given = try await run("--gpu", "h100", "--rent", "2", "--json")
        #expect(given.output.contains(#""rentPerUsefulHour" : 2,"#), "\(given)")
        #expect(try await run("--gpu", "h100", "--rent-from", "prices").output.contains("paid to AWS") == false)
        let entered = try await run(
            "bill", "add", "--provider", "lab", "--month", "2026-10", "--hours", "10", "--gpu", "a100", "--gpus", "4",
            "--amount", "80", "--beside", "8")
        #expect(entered.code == 0 && entered.output.contains("2.00 USD"), "\(entered)")
        #expect(try await run("--gpu", "a100", "--price", "200k", "--rent-from", "bills").output.contains("paid to lab"))
        #expect(try await run("bill", "list", "--csv").output.contains("4000.8"))
        #expect(try await run("bill", "remove", "3").code == 0)
        #expect(try await run("bill", "remove", "3").code == 1)
        try Data([0xFF, 0xFE, 0x00]).write(to: URL(fileURLWithPath: file))
        #expect(try await run("bill", "import", file).code == 65)
        #expect(try await run("bill", "import", home + "/nothing.csv").code == 66)
        #expect(try await run("bill", "import", home).code == 66)
        try "broken".write(toFile: home + "/.config/carrel/bills/1.json", atomically: true, encoding: .utf8)
        let broken = try await run("--gpu", "h100")
        #expect(broken.code == 0 && broken.errors.contains("1.json was left out"), "\(broken)")
    }

    @Test("a month that is written again takes the older bill's place; following the warning loses nothing")
    func billsAgain() async throws {
        let home = "/var/tmp/carrel-plan-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: home) }
        func run(_ arguments: String...) async throws -> (code: Int32?, output: String, errors: String) {
            let run = try ChildProcess(
                [CarrelBinary.path, "plan", "cost", "bill"] + arguments, environment: ["HOME": home, "LC_ALL": "C.UTF-8"])
            return (await run.exitCode(), run.output, run.errors)
        }
        let old = home + "/old.csv", new = home + "/new.csv"
        let head = "provider,month,instance,hours,amount,what\n", first = "aws,2026-10,p5.48xlarge,10,400,\n"
        try (head + first + "aws,2026-10,p5.48xlarge,5,275,\n").write(toFile: old, atomically: true, encoding: .utf8)
        try (head + first + "aws,2026-10,p5.48xlarge,5,200,\n").write(toFile: new, atomically: true, encoding: .utf8)
        #expect(try await run("import", old).code == 0)
        // The changed line alone is new: both count, which the warning says with what to do.
        let added = try await run("import", new)
        #expect(added.output.contains("Bill 2: 1 line") && added.errors.contains("--replace 1"), "\(added)")
        let replaced = try await run("import", new, "--replace", "1")
        #expect(replaced.code == 0 && replaced.output.contains("Bill 1: 1 line"), "\(replaced)")
        func total() async throws -> [String] {
            try await run("list", "--csv").output.split(whereSeparator: \.isNewline).dropFirst().map { line in
                String(line.split(separator: ",", omittingEmptySubsequences: false).suffix(2).joined(separator: " "))
            }.sorted()
        }
        #expect(try await total() == ["40 200", "80 400"])
        // The same at once, without the step between.
        for number in ["1", "2"] { #expect(try await run("remove", number).code == 0) }
        #expect(try await run("import", old).code == 0)
        let whole = try await run("import", new, "--replace", "1")
        #expect(whole.output.contains("Bill 1: 2 lines") && whole.output.contains("in place of"), "\(whole)")
        #expect(try await total() == ["120 600"])
        // A bill that is taken away can be taken in again, whatever else has the same bytes.
        #expect(try await run("remove", "1").code == 0)
        #expect(try await run("import", new).output.contains("2 lines"))
        #expect(try await run("import", new, "--replace", "7").code == 1)
        try "nothing".write(toFile: old, atomically: true, encoding: .utf8)
        #expect(try await run("import", old, "--replace", "1").code == 65)
        #expect(try await total() == ["120 600"])
        let entered = try await run(
            "add", "--provider", "aws", "--month", "2026-10", "--gpu-hours", "1", "--amount", "5", "--gpu", "h100")
        #expect(entered.code == 0 && entered.errors.contains("remove"), "\(entered)")
    }

    @Test("bills that are taken in at once all stay; what a crash left is swept; names move no cursor; no folder is said")
    func billsAtOnce() async throws {
        let home = "/var/tmp/carrel-plan-\(UUID().uuidString.prefix(8))", bills = home + "/.config/carrel/bills"
        try FileManager.default.createDirectory(atPath: bills, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: home) }
        let environment = ["HOME": home, "LC_ALL": "C.UTF-8"]
        try "half".write(toFile: bills + "/.new-x", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -7_200)], ofItemAtPath: bills + "/.new-x")
        let name = home + "/\u{1B}[2Jx.csv"
        try "provider,month,gpu,gpu-hours,amount\nlab,2026-10,h100,10,20\n".write(
            toFile: name, atomically: true, encoding: .utf8)
        let runs = try (0..<6).map { _ in
            try ChildProcess([CarrelBinary.path, "plan", "cost", "bill", "import", name], environment: environment)
        }
        for run in runs {
            #expect(await run.exitCode() == 0, "\(run.errors)")
            #expect(!run.errors.contains("\u{1B}") && !run.output.contains("\u{1B}"))
        }
        // Whoever came first took it, and nobody twice.
        let files = try FileManager.default.contentsOfDirectory(atPath: bills)
        #expect(files.filter { $0 != ".lock" } == ["1.json"], "\(files)")
        try "in the way".write(toFile: home + "/file", atomically: true, encoding: .utf8)
        let nowhere = try ChildProcess(
            [CarrelBinary.path, "plan", "cost", "bill", "import", name],
            environment: ["HOME": home + "/file", "LC_ALL": "C.UTF-8"])
        #expect(await nowhere.exitCode() == 73)
        #expect(nowhere.errors.contains("Nothing was changed"), "\(nowhere.errors)")
    }
}
