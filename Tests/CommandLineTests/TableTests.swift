import Testing
import WireModel

@testable import CommandLine

@Suite("Tables on a narrow terminal")
struct TableTests {
    private var policy: PolicyView {
        var policy = PolicyView(defaultTimeSeconds: 3_600, waitingLimit: 10_000, reclaim: true)
        policy.foreignProcesses = "kill"
        policy.idleMode = "release"
        policy.reservations = "admins"
        policy.limits = [
            LimitView(kind: "everybody", gpusAtOnce: 1, gpuHoursAWeek: 40, longestLeaseSeconds: 28_800),
            LimitView(kind: "user", name: "anna", gpusAtOnce: 4),
        ]
        return policy
    }

    @Test("the policy fits into 80 columns: each name on one line, what is long beside it goes on below")
    func thePolicyAtEighty() {
        let text = policy.table(policy.rows).text(width: 80), lines = text.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(text)")
        for row in policy.rows {
            #expect(lines.contains { $0.hasPrefix(row[0] + "  ") }, "\(row[0]) is broken:\n\(text)")
        }
        let words = text.split(whereSeparator: \.isWhitespace)
        for word in policy.rows.joined().flatMap({ $0.split(separator: " ") }) {
            #expect(words.contains(word), "\(word) is cut:\n\(text)")
        }
    }

    @Test("what is beside one another stays so, and elsewhere than on a terminal nothing is broken")
    func rows() {
        let table = Table(
            ["A", "B", "C"], [["one", "two three", "four five six"]], whenEmpty: "", continued: ["B", "C"])
        #expect(table.text(width: 20) == "A    B       C\none  two     four\n     three   five\n             six\n")
        #expect(table.text(width: nil) == "A    B          C\none  two three  four five six\n")
    }

    @Test("columns that can't go on below are cut where sentences at the end are not enough")
    func cut() {
        let row = [String(repeating: "n", count: 60), "a sentence that is long enough to be continued below"]
        let lines = Table(["NAME", "WHY"], [row], whenEmpty: "").text(width: 60).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 60 }, "\(lines)")
    }

    @Test(
        "work that a signal ended is not called finished",
        arguments: [
            (130, "finished", "interrupted"), (137, "finished", "killed"), (0, "finished", "finished"),
            (143, "returned", "returned"), (126, "launchFailed", "launch failed"),
        ] as [(Int32, String, String)])
    func ends(code: Int32, reason: String, words: String) {
        let view = RequestView(
            id: 1, user: "a", team: "t", name: "n", kind: "job", state: "closed", words: "", submittedAt: "", gpus: 0,
            asked: "", durationSeconds: 1, lease: nil, exitCode: code, endedBy: reason)
        #expect(view.shownEnd == words)
    }
}
