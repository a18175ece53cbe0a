import Foundation
import Glibc
import Testing

@Suite("Warned by a signal, and waiting again", .enabled(if: geteuid() == 0, "acting as other users needs root"))
struct RequeueTests {
    /// Work that goes on until it is asked to end, in the first lease; in the second it ends by itself.
    private static let patient = """
        if [ "$CARREL_LEASE_ID" != 1 ]; then echo second; exit 7; fi
        trap 'echo saved' USR1; trap 'echo ended; exit 0' TERM; echo begun; while :; do sleep 0.1; done
        """

    private static func lend(_ site: Site, notice: String) async throws {
        #expect(try await site.carrel("policy", "--reclaim-notice", notice, "--minimum-run", "0").code == 0)
        #expect(try await site.carrel("team", "set", "vision", "--guarantee", "1", "--add", "uid-61001").code == 0)
    }

    @Test("two teams take back from one node, each one lease and once")
    func twoTeams() async throws {
        try await Site.with(simulate: "a100:3") { site async throws in
            try await Self.lend(site, notice: "20s")
            #expect(try await site.carrel("team", "set", "speech", "--guarantee", "1", "--add", "uid-61002").code == 0)
            for id in 1...3 {
                #expect(try await site.detach("--", "sleep", "600") == id)
                try await site.untilState(id, "running")
            }
            for user in [61_001, 61_002] as [UInt32] {
                #expect(try await site.carrel("run", "--detach", "--", "sleep", "600", as: user).code == 0)
            }
            try await eventually("both take back") {
                let queue = try await site.json("queue")["requests"] as? [[String: Any]] ?? []
                return queue.count == 2 && queue.allSatisfy { ($0["takesBack"] as? [Int])?.count == 1 }
            }
            let wide = ["COLUMNS": "300"]
            #expect(try await site.carrel("queue", environment: wide).output.contains("TAKES BACK"))
            #expect(try await site.carrel("ps", environment: wide).output.contains("running, taken back for"))
            #expect(try await site.carrel("gpus", environment: wide).output.contains("leased, taken back for"))
            for id in 4...5 { try await site.untilState(id, "running") }
            let events = try await site.carrel("export").output.split(separator: "\n")
            #expect(events.count { $0.contains("leaseReclaiming") } == 2)
            #expect(events.count { $0.contains("reclaimWithdrawn") } == 0)
            #expect(try await site.state(1) == "running")
        }
    }

    @Test("what is taken back is told by a signal, waits again and ends with its second run's code, server killed or not")
    func waitingAgain() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            try await Self.lend(site, notice: "15s")
            let work = try site.start(["run", "--requeue", "--warn-signal", "USR1", "--", "sh", "-c", Self.patient])
            try await eventually("the work has begun") { work.output.contains("begun") }
            let owner = try site.start(["run", "--", "sleep", "40"], as: 61_001)
            try await eventually("the work was told", within: 60) { work.output.contains("saved") }
            try await eventually("its user is told") { work.errors.contains("was sent USR1") }
            let kept = try await site.carrel("keep", "1")
            #expect(kept.code != 0 || kept.output.contains("does not save it"), "\(kept.output)")
            try await eventually("it waits again", within: 120) { work.errors.contains("It waits again as request 3") }
            kill(try site.serverPID, SIGKILL)
            try await eventually("the server is back", within: 60) {
                try await site.json("show", "3")["requeueOf"] as? Int == 1
            }
            #expect(try await site.carrel("ps", environment: ["COLUMNS": "300"]).output.contains("waiting again for 1"))
            #expect(await owner.exitCode(within: 150) == 0)
            #expect(await work.exitCode(within: 150) == 7)
            #expect(work.output.contains("second"), "\(work.output)")
            let first = try await site.json("show", "1")
            #expect(first["requeuedAs"] as? Int == 3 && first["endedBy"] as? String == "preempted")
            let told = try await site.carrel("export").output.split(separator: "\n").count { $0.contains("workTold") }
            #expect(told == 1)
        }
    }

    @Test("the end by time is told so long before as was wished")
    func endByTime() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            let work = try site.start([
                "run", "--time", "20s", "--warn-signal", "sigusr1", "--warn-before", "12s", "--", "sh", "-c", Self.patient,
            ])
            #expect(await work.exitCode(within: 120) == 121)
            #expect(work.output.contains("begun\nsaved\nended"), "\(work.output)")
            #expect(work.errors.contains("was sent USR1"), "\(work.errors)")
            for wrong in [["--warn-signal", "KILL"], ["--warn-signal", "NONE"], ["--warn-before", "5m"]] {
                #expect(await (try site.start(["run"] + wrong + ["--", "true"])).exitCode() == 64, "\(wrong)")
            }
        }
    }
}
