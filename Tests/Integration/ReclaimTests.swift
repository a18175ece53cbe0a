import Foundation
import Glibc
import Testing

@Suite("Revoked, and taken back")
struct ReclaimTests {
    @Test("an administrator revokes a lease, and its user reads who did it and why")
    func revoking() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            let work = try site.start(["run", "--", "sh", "-c", "echo begun; exec sleep 600"])
            try await eventually("the work has begun") { work.output.contains("begun") }
            let waits = try await site.detach("--", "true")
            #expect(try await site.carrel("revoke", "1").code == 64)
            let empty = try await site.carrel("revoke", "1", "--reason", " ")
            #expect(empty.code == 64 && empty.errors.contains("with a reason"), "\(empty.errors)")
            let revoked = try await site.carrel("revoke", "\(waits)", "--reason", "the queue is cleared")
            #expect(revoked.output.contains("cancelled by root while it waited: the queue is cleared"), "\(revoked.output)")
            let taken = try await site.carrel("revoke", "1", "--reason", "node n1 is serviced")
            #expect(taken.code == 0, "\(taken.errors)")
            #expect(await work.exitCode() == 143)
            #expect(work.errors.contains("was revoked by root: node n1 is serviced"), "\(work.errors)")
            try await site.untilState(1, "closed")
            #expect(try await site.json("show", "1")["endedBy"] as? String == "revoked")
            let receipt = try await site.json("receipt", "1")["words"] as? String ?? ""
            #expect(receipt.contains("node n1 is serviced"), "\(receipt)")
            let late = try await site.carrel("revoke", "1", "--reason", "again")
            #expect(late.code == 1 && late.errors.contains("is over"), "\(late.errors)")
        }
    }

    @Test(
        "what a team borrowed is taken back for the team whose guarantee covers the request",
        .enabled(if: geteuid() == 0, "acting as other users needs root"))
    func reclaiming() async throws {
        try await Site.with(simulate: "a100:2") { site async throws in
            #expect(try await site.carrel("policy", "--reclaim-notice", "40s", "--minimum-run", "0").code == 0)
            #expect(try await site.carrel("team", "set", "vision", "--guarantee", "1", "--add", "uid-61001").code == 0)
            let patient = "trap 'exit 0' TERM; echo begun; while :; do sleep 0.1; done"
            let first = try site.start(["run", "--", "sh", "-c", patient])
            try await eventually("the first has begun") { first.output.contains("begun") }
            let second = try site.start(["run", "--", "sh", "-c", patient])
            try await eventually("the second has begun") { second.output.contains("begun") }
            let owner = try site.start(["run", "--", "echo", "mine"], as: UserTests.alice)
            try await eventually("lease 2 is being taken back") {
                try await site.carrel("show", "2", environment: ["COLUMNS": "400"]).output.contains(
                    "is being taken back for request 3")
            }
            let why = try await site.carrel("why", "3")
            #expect(why.output.contains("being taken back for it"), "\(why.output)")
            let late = try await site.carrel("extend", "2", "1h")
            #expect(late.code == 1 && late.errors.contains("can't be extended"), "\(late.errors)")
            #expect(await second.exitCode(within: 150) == 123)
            #expect(second.errors.contains("is being taken back for request 3 of uid-61001"), "\(second.errors)")
            #expect(second.errors.contains("was taken back"), "\(second.errors)")
            #expect(await owner.exitCode(within: 150) == 0)
            #expect(owner.output == "mine\n")
            #expect(try await site.state(1) == "running")
            #expect(!first.isOver)
            #expect(try await site.json("show", "2")["endedBy"] as? String == "preempted")
            #expect(try await site.carrel("policy", "--reclaim", "maybe").code == 64)
            #expect(try await site.carrel("policy", "--reclaim", "off").output.contains("off"))
        }
    }
}
