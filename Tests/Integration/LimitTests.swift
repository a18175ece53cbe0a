import Foundation
import Testing

@Suite("Limits and profiles")
struct LimitTests {
    @Test("a limit is shown, refuses what it never allows, lets others pass, and says when it is over")
    func limits() async throws {
        try await Site.with(simulate: "a100:4") { site async throws in
            let set = try await site.carrel("policy", "--limit", "everybody:gpus=2,longest=8h")
            #expect(set.code == 0 && set.output.contains("2 GPUs at once, 8h a lease"), "\(set.errors)")
            let tooMany = try await site.carrel("run", "--gpus", "3", "--", "true")
            #expect(tooMany.code == 119, "\(tooMany.errors)")
            #expect(tooMany.errors.contains("3 GPUs are more than"), "\(tooMany.errors)")
            let tooLong = try await site.carrel("run", "--time", "9h", "--", "true")
            #expect(tooLong.code == 119 && tooLong.errors.contains("lasts 8h at most"), "\(tooLong.errors)")
            let first = try await site.detach("--gpus", "2", "--", "sleep", "600")
            try await site.untilState(first, "running")
            // Nobody said how long: what the limit allows.
            #expect(try await site.json("show", "\(first)")["durationSeconds"] as? Int == 28_800)
            let blocked = try await site.detach("--", "sleep", "600")
            let mine = try await site.json("limits")
            #expect(mine["gpusHeld"] as? Int == 2 && mine["gpusAtOnce"] as? Int == 2, "\(mine)")
            #expect(mine["gpuHoursAWeek"] == nil && mine["longestLeaseSeconds"] as? Int == 28_800, "\(mine)")
            #expect(try await site.carrel("limits").output.contains("GPUs at once"))
            let why = try await site.carrel("why", "\(blocked)")
            #expect(why.output.contains("has 2 of the 2 GPUs"), "\(why.output)")
            let extended = try await site.carrel("extend", "\(first)", "1h")
            #expect(extended.code == 119 && extended.errors.contains("extensions included"), "\(extended.errors)")
            #expect(try await site.carrel("return", "\(first)").code == 0)
            try await site.untilState(blocked, "running")
            let gone = try await site.carrel("policy", "--limit", "everybody:none")
            #expect(gone.code == 0 && gone.output.contains("no limit"), "\(gone.output)")
            let slips = [
                "anna:gpus=1", "user=anna", "user=anna:gpus", "user=anna:gpus=-1", "user=anna:watts=3", "king=a:none",
            ]
            for slip in slips {
                #expect(try await site.carrel("policy", "--limit", slip).code == 64, "\(slip)")
            }
        }
    }

    @Test("of changes of the policy that come at once none is lost, whoever makes them")
    func atOnce() async throws {
        try await Site.with(simulate: nil) { site async throws in
            let changes = try (1...8).flatMap { number in
                [
                    try site.start(["policy", "--limit", "user=u\(number):gpus=\(number)"]),
                    try site.start(["profile", "set", "p\(number)", "--gpus", "\(number)"]),
                ]
            }
            for change in changes { #expect(await change.exitCode() == 0, "\(change.errors)") }
            let limits = try await site.json("policy")["limits"] as? [[String: Any]] ?? []
            #expect(Set(limits.compactMap { $0["name"] as? String }).count == 8, "\(limits)")
            let profiles = try await site.json("profile")["profiles"] as? [[String: Any]] ?? []
            #expect(profiles.count == 8, "\(profiles)")
        }
    }

    @Test("a longest lease that was lowered keeps what waits from starting, and leaves what runs its time")
    func lowered() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            let first = try await site.detach("--time", "9h", "--", "sleep", "600")
            let second = try await site.detach("--time", "9h", "--", "sleep", "600")
            try await site.untilState(first, "running")
            let end = try await site.json("show", "\(first)")["lease"] as? [String: Any]
            #expect(try await site.carrel("policy", "--limit", "everybody:longest=8h,hours=20").code == 0)
            let extended = try await site.carrel("extend", "\(first)", "1h")
            #expect(extended.code == 119 && extended.errors.contains("Lease \(first) keeps its end"), "\(extended.errors)")
            let kept = try await site.json("show", "\(first)")["lease"] as? [String: Any]
            #expect(kept?["endsAt"] as? String == end?["endsAt"] as? String)
            #expect(try await site.carrel("return", "\(first)").code == 0)
            try await site.untilState(first, "closed")
            let why = try await site.json("why", "\(second)")
            let limit = why["limit"] as? [String: Any]
            #expect(limit?["kind"] as? String == "longestLease" && limit?["most"] as? Int == 28_800, "\(why)")
            #expect(limit?["notBefore"] == nil)
            #expect(try await site.carrel("why", "\(second)").output.contains("ask again for 8h or less"))
            #expect(try await site.state(second) == "waiting")
            #expect(try await site.carrel("policy", "--limit", "everybody:hours=20").code == 0)
            try await site.untilState(second, "running")
            let third = try await site.detach("--time", "12h", "--", "sleep", "600")
            #expect(try await site.carrel("return", "\(second)").code == 0)
            try await site.untilState(third, "running")
            let fourth = try await site.detach("--time", "12h", "--", "true")
            let words = try await site.carrel("why", "\(fourth)").output
            #expect(words.components(separatedBy: "it can start").count == 2, "its time is said once: \(words)")
            let use = try await site.json("limits")
            #expect((use["comesFree"] as? [[String: Any]])?.isEmpty == false, "\(use)")
            #expect(try await site.carrel("limits").output.contains("come free by"))
        }
    }

    @Test("a profile gives what is left open, and what is said beside it counts")
    func profiles() async throws {
        try await Site.with(simulate: "a100:4") { site async throws in
            #expect(try await site.carrel("profile").output.contains("No sizes with names yet"))
            let set = try await site.carrel(
                "profile", "set", "pair", "--gpus", "2", "--time", "4h", "--cpus", "1", "--memory", "1GB", "--note",
                "For tests")
            #expect(set.code == 0 && set.output.contains("pair") && set.output.contains("For tests"), "\(set.errors)")
            let many = try await site.carrel("profile", "set", "many", "--gpus", "99")
            #expect(
                many.code == 0 && many.errors.contains("could ever give many") && many.output.contains("not in this pool"))
            let id = try await site.detach("--profile", "pair", "--", "sleep", "600")
            let view = try await site.json("show", "\(id)")
            #expect(view["durationSeconds"] as? Int == 14_400)
            let other = try await site.detach("--profile", "pair", "--gpus", "1", "--", "sleep", "600")
            try await site.untilState(id, "running")
            try await site.untilState(other, "running")
            let gpus = try await site.json("gpus")
            let states = (gpus["devices"] as? [[String: Any]] ?? []).compactMap { $0["state"] as? String }
            #expect(states.filter { $0 == "free" }.count == 1, "\(states)")
            let unknown = try await site.carrel("run", "--profile", "huge", "--", "true")
            #expect(unknown.code == 64 && unknown.errors.contains("carrel profile"), "\(unknown.errors)")
            #expect(try await site.carrel("team", "set", "vision").code == 0)
            let forOthers = try await site.carrel("profile", "set", "pair", "--for", "role=member,team=vision")
            #expect(forOthers.output.contains("role member, team vision"), "\(forOthers.output)")
            #expect(try await site.carrel("profile", "set", "pair", "--for", "king=1").code == 64)
            #expect(try await site.carrel("profile", "set", "No Good").code == 64)
            #expect(try await site.carrel("profile", "remove", "pair").code == 0)
            #expect(try await site.carrel("profile", "remove", "pair").errors.contains("no profile pair"))
        }
    }
}
