import Foundation
import Glibc
import Testing

/// `carrel compare` and `carrel run --trial` on the real binary.
@Suite("Comparing and trying")
struct ComparingTests {
    /// What stands after `--` is the program's.
    private static func compare(_ site: Site, _ words: String...) async throws -> [String: Any] {
        let run = try site.start(["compare", "--json"] + words)
        _ = await run.exitCode()
        return try #require(try JSONSerialization.jsonObject(with: run.outputBytes) as? [String: Any], "\(run.output)")
    }

    private static func runs(_ answer: [String: Any]) -> [[String: Any]] { answer["runs"] as? [[String: Any]] ?? [] }

    @Test("a program runs on the processor and on each type of GPU, one after the other, unchanged")
    func everywhere() async throws {
        try await Site.with(simulate: "a100:2,h100:1") { site async throws in
            let program = "echo \"${CUDA_VISIBLE_DEVICES-none}\" >> /dev/stderr; sleep 0.2"
            let answer = try await Self.compare(site, "--for", "30s", "--cpus", "0.5", "--", "sh", "-c", program)
            let runs = Self.runs(answer)
            #expect(runs.count == 3 && runs.first?["on"] as? String == "cpu", "\(answer)")
            #expect(runs.allSatisfy { $0["outcome"] as? String == "done" && ($0["wholeSeconds"] as? Double ?? 0) >= 0.15 })
            let words = answer["words"] as? String ?? ""
            #expect(words.contains("You don't need a GPU for this"), "\(answer)")
            #expect(words.contains("simulated GPUs compute nothing"), "\(answer)")
            #expect(runs.dropFirst().allSatisfy { ($0["rented"] as? [String: Any])?["text"] is String }, "\(answer)")
            let notes = (answer["notes"] as? [String] ?? []).joined(separator: "\n")
            #expect(notes.contains("prices on demand from 20"), "\(answer)")
            #expect(notes.contains("simulated GPUs is made up") && notes.contains("--electricity-price"), "\(answer)")
            let gpus = try await site.json("show", "2")["gpus"] as? Int
            #expect(gpus == 1)
            let shown = try await site.carrel("compare", "--on", "cpu", "--", "true")
            #expect(shown.code == 0 && shown.output.contains("WHOLE RUN"), "\(shown)")
        }
    }

    @Test("what is stopped is reckoned from its steps; what fails is said, with its log")
    func stopped() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            let program = "echo 'step=10 of=100' > $CARREL_PROGRESS; sleep 4271"
            let answer = try await Self.compare(site, "--for", "8s", "--on", "a100:1", "--", "sh", "-c", program)
            let run = try #require(Self.runs(answer).first)
            #expect(run["outcome"] as? String == "cut", "\(run)")
            let ran = try #require(run["seconds"] as? Double), whole = try #require(run["wholeSeconds"] as? Double, "\(run)")
            #expect(abs(whole / ran - 10) < 0.01)
            // Short work, and of a lease whose receipt has no steps.
            let short = try await Self.compare(site, "--for", "4s", "--on", "cpu", "--", "sh", "-c", program)
            let brief = try #require(Self.runs(short).first)
            #expect((brief["wholeSeconds"] as? Double ?? 0) > 30, "\(brief)")
            let failed = try await Self.compare(site, "--on", "cpu", "--", "false")
            #expect(Self.runs(failed).first?["outcome"] as? String == "failed")
            #expect((failed["words"] as? String ?? "").contains("carrel logs 3"), "\(failed)")
            let only = "test -n \"$CARREL_GPU_UUIDS\" || { echo no GPU at all >&2; exit 3; }"
            let partly = try await site.carrel(
                "compare", "--on", "cpu", "--on", "a100", "--on", "h100", "--", "sh", "-c", only)
            for words in [
                "failed with 3", "  no GPU at all", "It failed on cpu", "did not run on h100", "No GPU of the pool",
            ] {
                #expect(partly.code == 0 && partly.output.contains(words), "\(words): \(partly)")
            }
            let none = try await site.carrel("compare", "--on", "cpu", "--", "no-such-program-anywhere")
            #expect(none.code == 1 && none.output.contains("no-such-program-anywhere"), "\(none)")
            #expect(try await site.carrel("compare", "--").code == 64)
            #expect(try await site.carrel("compare", "--for", "0s", "--", "true").code == 64)
            #expect(try await site.carrel("compare", "--on", "a100:x", "--", "true").code != 0)
        }
    }

    @Test("who leaves while it waits leaves nothing in the line")
    func left() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            #expect(try await site.carrel("run", "--detach", "--", "sleep", "4273").code == 0)
            let run = try site.start(["compare", "--on", "a100", "--", "true"])
            try await eventually("it says that it waits") { run.errors.contains("waits for 1") }
            kill(run.pid, SIGINT)
            #expect(await run.exitCode() == 130, "\(run.output) \(run.errors)")
            #expect(try await site.json("show", "2")["state"] as? String == "cancelled")
        }
    }

    @Test("a trial that fails keeps the whole run from waiting; one that does not is followed by it")
    func trial() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            let failed = try await site.carrel("run", "--trial", "--", "sh", "-c", "echo no such module >&2; exit 3")
            #expect(
                failed.code == 3 && failed.errors.contains("no such module") && failed.errors.contains("the trial failed"),
                "\(failed)")
            #expect((try await site.json("ps", "--all")["requests"] as? [[String: Any]])?.count == 1)
            let program = "[ -n \"$CARREL_TRIAL\" ] && exit 0; echo the whole run"
            let done = try await site.carrel("run", "--trial", "--", "sh", "-c", program)
            #expect(done.code == 0 && done.output == "the whole run\n", "\(done)")
            #expect((try await site.json("ps", "--all")["requests"] as? [[String: Any]])?.count == 3)
            #expect(try await site.carrel("run", "--trial", "--tty", "--", "true").code == 64)
        }
    }
}
