import Foundation
import Glibc
import Testing

/// Reserving and draining with the real program.
@Suite("Reservations and draining")
struct ReservationTests {
    @Test("what is reserved is kept for its owner, and everybody reads why they wait")
    func reserved() async throws {
        try await Site.with(simulate: "a100:2") { site async throws in
            let made = try await site.json("reserve", "2", "--from", "now", "--for", "2h", "--name", "course")
            #expect(made["id"] as? Int == 1 && made["gpus"] as? Int == 2)
            let list = try #require(try await site.json("reserve")["reservations"] as? [[String: Any]])
            #expect(list.first?["state"] as? String == "running")
            #expect((list.first?["devices"] as? [String])?.count == 2)
            let other = try await site.carrel("run", "--detach", "--", "true")
            #expect(other.code == 0)
            let why = try await site.carrel("why", "1", environment: ["COLUMNS": "400"])
            #expect(why.output.contains("reserved for"), "\(why.output)")
            let under = try await site.carrel(
                "run", "--reservation", "1", "--time", "9h", "--", "sh", "-c", "echo under $CARREL_LEASE_ID")
            #expect(under.code == 0 && under.output == "under 2\n", "\(under.output) \(under.errors)")
            let show = try await site.json("show", "2")
            #expect(show["reservation"] as? Int == 1)
            let late = try await site.carrel("reserve", "1", "--from", "+1h", "--for", "10m")
            #expect(late.code != 0 && late.errors.contains("Nothing was reserved"), "\(late.errors)")
            let gpus = try await site.carrel("gpus", environment: ["COLUMNS": "400"])
            #expect(gpus.output.contains("2 GPUs on"), "\(gpus.output)")
            // It outlives the server.
            await site.killLauncher(SIGTERM)
            try await site.up()
            let cancelled = try await site.json("reserve", "--cancel", "1")
            #expect((cancelled["reservations"] as? [Any])?.isEmpty == true)
            try await site.untilState(1, "closed")
        }
    }

    @Test("times that make no sense are told with an example, and nothing is reserved")
    func badTimes() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            for from in ["noon", "25:00", "14:60", "2026-02-30T09:00", "tomorrow", "-2h", "", "2020-01-01T09:00"] {
                let answer = try await site.carrel("reserve", "1", "--from", from, "--for", "1h")
                #expect(answer.code == 64, "\(from): \(answer.errors)")
                #expect(!answer.errors.isEmpty, "\(from)")
            }
            for words in [["reserve", "1"], ["reserve", "--cancel", "0"], ["reserve", "--for", "2h"]] {
                #expect(await (try site.start(words)).exitCode() == 64, "\(words)")
            }
            let tomorrow = try await site.carrel(
                "reserve", "1", "--from", "tomorrow 9:00", "--for", "1h", environment: ["COLUMNS": "400"])
            #expect(tomorrow.code == 0 && tomorrow.output.contains("time zone of this terminal"), "\(tomorrow.errors)")
            #expect(tomorrow.output.contains("09:00 tomorrow to 10:00 tomorrow"), "\(tomorrow.output)")
        }
    }

    @Test("who may reserve and how much the policy says, in words")
    func rules() async throws {
        try await Site.with(simulate: "a100:2") { site async throws in
            let set = try await site.json("policy", "--reservations", "everyone", "--reservation-limit", "1")
            #expect(set["reservations"] as? String == "everyone" && set["reservationLimit"] as? Int == 1)
            let much = try await site.carrel("reserve", "2", "--from", "+1h", "--for", "1h")
            #expect(much.code == 1 && much.errors.contains("--reservation-limit"), "\(much.errors)")
            #expect(try await site.json("policy", "--reservation-limit", "none")["reservationLimit"] == nil)
            #expect(try await site.carrel("policy", "--reservations", "some").code == 64)
            #expect(try await site.carrel("reserve", "2", "--from", "+1h", "--for", "1h").code == 0)
            #expect(try await site.carrel("policy", "--reservations", "off").code == 0)
            let off = try await site.carrel("reserve", "1", "--from", "+9h", "--for", "1h")
            #expect(off.code == 1 && off.errors.contains("turns them on"), "\(off.errors)")
            let queue = try await site.carrel("queue", environment: ["COLUMNS": "400"])
            #expect(queue.output.contains("2 GPUs on") && queue.output.contains("upcoming"), "\(queue.output)")
        }
    }

    @Test("a node that is drained tells those who run there, ends them and says drained")
    func drained() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            let node = try #require((try await site.json("node")["nodes"] as? [[String: Any]])?.first?["name"] as? String)
            let work = try site.start(["run", "--", "sh", "-c", "echo begun; exec sleep 600"])
            try await eventually("the work has begun") { work.output.contains("begun") }
            let drain = try await site.json("node", "drain", node, "--by", "1h", "--reason", "new fans")
            let cordon = (drain["nodes"] as? [[String: Any]])?.first?["cordon"] as? [String: Any]
            #expect(cordon?["drainBy"] != nil && cordon?["isEmpty"] as? Bool == false)
            let more = try await site.carrel("extend", "1", "2h")
            #expect(more.code != 0 && more.errors.contains("is to be empty"), "\(more.errors)")
            #expect(
                try await site.carrel("show", "1", environment: ["COLUMNS": "400"]).output.contains(
                    "Its node is to be empty"))
            #expect(try await site.carrel("node", "drain", node, "--by", "now").code == 0)
            #expect(await work.exitCode() == 123, "\(work.errors)")
            #expect(work.errors.contains("is to be empty"), "\(work.errors)")
            try await site.untilState(1, "closed")
            #expect(try await site.carrel("node").output.contains("drained"))
            #expect(try await site.carrel("node", "uncordon", node).code == 0)
            #expect(try await site.carrel("run", "--", "true").code == 0)
        }
    }
}
