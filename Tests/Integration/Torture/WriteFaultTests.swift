import Foundation
import Glibc
import Testing

/// The n-th write of server or launcher fails, for n = 1, 2, 3 …: what was promised holds, and what wasn't is told.
/// `CARREL_WRITE_FAULTS` says up to which n.
@Suite("A disk that fails at any write")
struct WriteFaultTests {
    struct Fault: Sendable, CustomStringConvertible {
        let error: Int32
        let sticky: Bool
        var description: String { (error == EIO ? "I/O error" : "full") + (sticky ? ", for good" : ", once") }
    }

    static let faults = [EIO, ENOSPC].flatMap { error in [false, true].map { Fault(error: error, sticky: $0) } }
    /// Every one where a number is set; otherwise a few, each day the same.
    static let numbers =
        ProcessInfo.processInfo.environment["CARREL_WRITE_FAULTS"].flatMap { Int($0) }.map { Array(1...$0) }
        ?? [1, 4, 9, 21]

    private static let user: UInt32? = geteuid() == 0 ? UserTests.alice : nil

    @Test("while work comes and goes", arguments: faults)
    func busy(fault: Fault) async throws {
        try await Self.strikeAll(fault, whileStarting: false)
    }

    @Test("while the server starts", arguments: faults)
    func starting(fault: Fault) async throws {
        try await Self.strikeAll(fault, whileStarting: true)
    }

    private static func strikeAll(_ fault: Fault, whileStarting: Bool) async throws {
        var failed: Int64 = 0
        for number in numbers { failed += try await strike(fault, at: number, whileStarting: whileStarting) }
        print(
            "torture: \(fault), at \(numbers.count) places \(whileStarting ? "of the start" : "of a run"): \(failed) writes failed"
        )
        #expect(failed > 0)
    }

    /// - Returns: how many writes failed.
    private static func strike(_ fault: Fault, at number: Int, whileStarting: Bool) async throws -> Int64 {
        let site = try Site(user: user), evidence = try Evidence()
        defer { evidence.clear() }
        let shim = try await CrashShim(folder: site.directory)
        let script = evidence.script(key: "job", exit: 7, pause: "0.05", stubborn: false)
        func run() async throws -> Site.Outcome {
            let client = try site.start(["run", "--name", "job", "--", "sh", "-c", script])
            let code = await client.exitCode(within: 5)
            // The server may be gone for good: the client would wait for it.
            if code == nil { client.kill(SIGKILL) }
            return Site.Outcome(code: code, output: client.output, errors: client.errors)
        }
        let place = "\(fault), write \(number)\(whileStarting ? " of the start" : "")"
        do {
            if whileStarting { shim.arm(at: number, error: fault.error, sticky: fault.sticky) }
            var ended: String?
            do { try await site.up(environment: shim.environment) } catch let error as Site.ServerEnded {
                ended = error.errors
            }
            if let ended {
                #expect(!ended.isEmpty, "\(place): the server ended without words")
            } else {
                if !whileStarting { shim.arm(at: number, error: fault.error, sticky: fault.sticky) }
                let outcome = try await run()
                // Only a disk that stays broken may leave a client without an answer: then no server can live.
                #expect(
                    outcome.code != nil || fault.sticky || shim[.failed] > 0 && fault.error == EIO,
                    "\(place): no answer; \(site.launcher?.errors ?? "")")
                if let code = outcome.code {
                    #expect(code == 7 || !outcome.errors.isEmpty, "\(place): exit \(code) without words")
                    if code == 7 { #expect(outcome.output.contains("end"), "\(place): \(outcome.output)") }
                }
            }
            shim.disarm()
            let server = try? site.serverPID
            await site.killLauncher()
            if let server { Glibc.kill(server, SIGKILL) }
            try await site.up()
            try await eventually("\(place): all work is over") {
                (try await site.json("ps")["requests"] as? [Any])?.isEmpty ?? false
            }
            let all = try await site.json("ps", "--all")["requests"] as? [[String: Any]] ?? []
            #expect(all.count <= 1, "\(place): \(all)")
            #expect(evidence.begins("job") <= 1, "\(place): it ran more than once")
            if evidence.begins("job") == 1, evidence.ends("job") == 1 {
                #expect(all.first?["exitCode"] as? Int == 7, "\(place): \(all)")
            }
            #expect(all.allSatisfy { $0["exitCode"] is Int }, "\(place): \(all)")
            let doctor = try await site.carrel("doctor", "--deep")
            #expect(doctor.code == 0, "\(place): \(doctor.output)")
            #expect(try await run().code == 7, "\(place): afterwards")
        } catch {
            Issue.record("\(place): \(error)\n\(site.launcher?.errors ?? "")")
        }
        let failed = shim[.failed]
        shim.disarm()
        await site.clear()
        return failed
    }
}
