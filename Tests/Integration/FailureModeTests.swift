import Foundation
import Glibc
import Testing

/// Each way in which a GPU goes wrong, played by the stand-in for NVIDIA's library: what users read of it, what their work
/// sees, and how the GPU comes back.
@Suite("What goes wrong with a GPU")
struct FailureModeTests {
    struct Mode: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What is so from the beginning: the beginning of a fact's line, and its rest; nil: there is no such fact.
        var before: [(String, String?)] = []
        /// What happens, on GPU 1 while a lease has both, or nobody has it.
        var happens: [(String, String?)]
        var onLease = true
        var variables: [String: String] = [:]
        /// The lease ends because of it.
        var endsLease = false
        var verdict = "unproven"
        /// A part of what the receipt says.
        var receipt: String?
        /// nil: it is offered all the same.
        var quarantine: (reason: String, cure: String)?
        /// What mends it; nil: nobody waits for that.
        var mended: [(String, String?)]?
    }

    static let modes = [
        Mode(
            testDescription: "it is lost: out of the pool until another boot",
            happens: [("gpu 1 fail", "* 15")], onLease: false, quarantine: ("lost", "reboot")),
        Mode(
            testDescription: "it falls off the bus under work: the work ends",
            happens: [("gpu 1 event 0", "xid 79"), ("gpu 1 fail", "* 15")], endsLease: true, verdict: "failed",
            receipt: "Xid 79|off the bus", quarantine: ("79|off the bus", "reboot")),
        Mode(
            testDescription: "no row is spare for a bad one: out of the pool for good",
            happens: [("gpu 1 rows", "0 1 0 1")], onLease: false, quarantine: ("spare row", "hardware")),
        Mode(
            testDescription: "a replaced row waits for a reset: it may be used",
            happens: [("gpu 1 rows", "1 0 1 0")]),
        Mode(
            testDescription: "the driver asks for a reset: it comes back when its counters began anew",
            happens: [("gpu 1 recovery", "1")], onLease: false, quarantine: ("reset", "reset"),
            mended: [("gpu 1 recovery", "0"), ("gpu 1 energy", "5")]),
        Mode(
            testDescription: "memory errors under work: out of the pool until a reset",
            happens: [("gpu 1 ecc", "3 0")], verdict: "failed", receipt: "3 memory errors",
            quarantine: ("memory error", "reset"),
            mended: [("gpu 1 ecc", "0 0")]),
        Mode(
            testDescription: "a program's own fault: work goes on, and nothing is held against the GPU",
            happens: [("gpu 1 event 0", "xid 13")], receipt: "Xid 13"),
        Mode(
            testDescription: "an error that a reset mends ends the work",
            happens: [("gpu 1 event 0", "xid 48")], endsLease: true, verdict: "failed", receipt: "Xid 48",
            quarantine: ("48", "reset")),
        Mode(
            testDescription: "an error that nobody knows: the checks decide",
            happens: [("gpu 1 event 0", "xid 999")], receipt: "Xid 999"),
        Mode(
            testDescription: "its utilisation stays at 100 with nobody on it: it is offered",
            happens: [("gpu 1 util", "100")], onLease: false),
        Mode(
            testDescription: "memory stays in use: it comes back when it is let go",
            happens: [("gpu 1 used", "4000000000")], verdict: "failed", receipt: "in use", quarantine: ("memory", "retest"),
            mended: [("gpu 1 used", "1048576")]),
        Mode(
            testDescription: "the driver lists a process after the work: it comes back when that is gone",
            happens: [("gpu 1 process 0", "\(getpid()) 1048576 compute")], verdict: "failed", receipt: "still on the GPU",
            quarantine: ("still on the GPU", "retest"), mended: [("gpu 1 process 0", nil)]),
        Mode(
            testDescription: "a driver that lists processes in 32 bytes is understood",
            happens: [("gpu 1 process 0", "\(getpid()) 1048576 compute")], variables: ["NVML_STUB_WIDE_PROCESSES": "1"],
            verdict: "failed", receipt: "process \(getpid())", quarantine: ("still on the GPU", "retest"),
            mended: [("gpu 1 process 0", nil)]),
        Mode(
            testDescription: "a GPU that tells little is offered, and its receipt says what was not measured",
            before: ["util", "power", "energy", "temp", "ecc", "rows", "recovery"].map { ("gpu 1 \($0)", nil) }, happens: [],
            receipt: "not measured"),
        Mode(
            testDescription: "no permission to look: nothing is held against it, and it is said",
            happens: [("gpu 1 fail", "* 4")], receipt: "not checked", mended: [("gpu 1 fail", nil)]),
        Mode(
            testDescription: "driver and library differ: nothing is held against the GPUs, and it is said",
            happens: [("fail", "* 18")], receipt: "not checked", mended: [("fail", nil)]),
        Mode(
            testDescription: "a driver that takes its time is waited for",
            happens: [("gpu 1 slow", "* 50")]),
    ]

    /// Most of a case is waiting: some go side by side.
    private static let turns = Turns(3)

    @Test("each failure is seen, told and mended", arguments: modes)
    func isTold(mode: Mode) async throws {
        await Self.turns.take()
        defer { Task { await Self.turns.give() } }
        try await ReturnTests.with(mode.variables) { site, machine in
            for (fact, rest) in mode.before { try machine.set(fact, rest) }
            // What free GPUs keep in use is known after some looks; an event is for those who wait for it.
            try await eventually("they are watched") { try await Self.device(0, site)["powerWatts"] != nil }
            try await Task.sleep(for: .seconds(4))
            var id: Int?
            if mode.onLease {
                id = try await site.detach("--gpus", "2", "--", "sleep", "1000")
                try await site.untilState(id ?? 0, "running")
                try await Task.sleep(for: .seconds(2))
            }
            for (fact, rest) in mode.happens { try machine.set(fact, rest) }
            if let id { try await Self.checkLease(id, mode, site) }
            try await Self.checkDevice(mode, site)
            for (fact, rest) in mode.mended ?? [] { try machine.set(fact, rest) }
            if mode.mended != nil || mode.quarantine == nil {
                try await eventually("GPU 1 is free", within: 90) {
                    // Nobody looks at what waits for a reset, so that it can be reset, unless asked.
                    if mode.quarantine?.cure == "reset" { _ = try await site.carrel("quarantine", "1", "--retest") }
                    return try await Self.device(1, site)["state"] as? String == "free"
                }
                #expect(try await site.carrel("run", "--gpus", "2", "--", "true").code == 0)
            }
        }
    }

    private static func device(_ minor: Int, _ site: Site) async throws -> [String: Any] {
        let devices = try await site.json("gpus")["devices"] as? [[String: Any]] ?? []
        return try #require(devices.first { $0["minor"] as? Int == minor })
    }

    private static func checkLease(_ id: Int, _ mode: Mode, _ site: Site) async throws {
        if !mode.endsLease {
            try await Task.sleep(for: .seconds(2))
            #expect(try await site.state(id) == "running")
            #expect(try await site.carrel("return", "\(id)").code == 0)
        }
        try await eventually("the lease is over", within: 60) { try await site.state(id) == "closed" }
        let ended = try await site.json("show", "\(id)")["endedBy"] as? String
        #expect(ended == (mode.endsLease ? "deviceFailed" : "returned"))
        #expect(try await site.json("receipt", "\(id)")["verdict"] as? String == mode.verdict)
        let text = try await site.carrel("receipt", "\(id)").output
        // Of two faults of one cause either may be told first.
        if let parts = mode.receipt { #expect(parts.split(separator: "|").contains { text.contains($0) }, "\(text)") }
    }

    private static func checkDevice(_ mode: Mode, _ site: Site) async throws {
        guard let wanted = mode.quarantine else {
            #expect(try await device(1, site)["state"] as? String == "free")
            return
        }
        try await eventually("GPU 1 is out of the pool", within: 60) {
            try await device(1, site)["state"] as? String == "quarantined"
        }
        let quarantine = try await device(1, site)["quarantine"] as? [String: Any]
        let reason = quarantine?["reason"] as? String ?? ""
        // Of two that come at once either may be told first.
        let reasons = wanted.reason.split(separator: "|")
        #expect(reasons.contains { reason.contains($0) }, "\(reason)")
        #expect(quarantine?["cure"] as? String == wanted.cure)
        // The one beside it is offered.
        #expect(try await device(0, site)["state"] as? String == "free")
        #expect(try await site.carrel("gpus").output.contains("quarantined"))
        let list = try await site.carrel("quarantine").output
        #expect(reasons.contains { list.contains($0) }, "\(list)")
    }
}

/// So many at a time.
private actor Turns {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    func take() async {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    }

    func give() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
