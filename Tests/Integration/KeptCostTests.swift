import Foundation
import Testing

@Suite("What a site has compared about owning and renting, by the binary")
struct KeptCostTests {
    @Test("what is kept is there after a restart, is written down as done, and can be forgotten")
    func kept() async throws {
        try await Site.with { site async throws in
            let nothing = try await site.carrel("plan", "cost", "--kept")
            #expect(nothing.code == 0 && nothing.output.contains("Nothing is compared"), "\(nothing)")
            let kept = try await site.carrel("plan", "cost", "--gpu", "h100", "--price", "300k", "--staff", "20k", "--keep")
            #expect(kept.code == 0 && kept.output.contains("Not compared yet") && kept.output.contains("300000"), "\(kept)")
            let wrong = try await site.carrel("plan", "cost", "--gpu", "tpu v4", "--rent", "1", "--keep")
            #expect(wrong.code == 64, "\(wrong)")
            await site.killLauncher()
            try await site.up()
            let view = try await site.json("plan", "cost", "--kept")["kept"] as? [String: Any]
            let options = try #require(view?["options"] as? [String: String])
            #expect(options["staff"] == "20000" && options["rent"] != nil && options["rentSource"]?.isEmpty == false)
            #expect(try await site.carrel("plan", "cost", "--forget").output.contains("Nothing is compared"))
            let audit = try await site.carrel("audit", "--csv").output
            #expect(audit.contains("advice.keep") && audit.contains("advice.forget"), "\(audit)")
        }
    }
}
