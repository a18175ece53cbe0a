import FleetModel
import Testing
import WireModel

@testable import WebPages

@Suite("The page of a terminal")
struct TerminalPageTests {
    private func page(_ request: RequestView, viewer: Viewer = Sample.viewer, why: [String] = []) throws -> Element {
        try Examination.examine(TerminalPage(viewer: viewer, now: Sample.now, request: request, why: why).html())
    }

    private func terminal(_ page: Element) throws -> Element {
        try #require(page.all("section").first { $0.attributes["id"] == "terminal" })
    }

    @Test("its user may type, keep, extend and return, and reads until when it is theirs")
    func own() throws {
        let page = try page(Sample.request(7, "running"))
        #expect(try terminal(page).attributes["data-terminal"] == "/v1/leases/7")
        #expect(try terminal(page).attributes["data-types"] == "1")
        #expect(
            page.all("form").compactMap { $0.attributes["action"] }.filter { $0.hasPrefix("/work") && $0 != "/work" }
                == ["extend", "keep", "return"].map { Link.path("work", "7", $0).text })
        #expect(page.text.contains("until") && page.text.contains("A100") && page.text.contains("node1"))
        #expect(page.all("body").first?.attributes["class"] == "whole")
        let scripts = page.all("script").compactMap { $0.attributes["src"] }
        #expect(scripts == [Asset.script.link.text, Asset.terminalScript.link.text])
    }

    @Test("without a script it says what to do")
    func plain() throws {
        let page = try page(Sample.request(7, "running"))
        #expect(page.text.contains("needs JavaScript") && page.text.contains("carrel attach 7"))
    }

    @Test("an administrator looks on")
    func looksOn() throws {
        let viewer = Viewer(name: "root", isAdministrator: true, canSignOut: true)
        let page = try page(Sample.request(7, "running"), viewer: viewer)
        #expect(try terminal(page).attributes["data-types"] == "")
        #expect(page.text.contains("of alice: you look on and can’t type"))
    }

    @Test("while it waits it says why, and can be cancelled")
    func waits() throws {
        let page = try page(Sample.request(7, "waiting"), why: ["Others are first: `carrel queue` shows them."])
        #expect(page.text.contains("Others are first") && page.text.contains("Cancel it"))
        #expect(page.with("id").contains { $0.attributes["id"] == "tell" })
        #expect(!page.all("form").contains { $0.attributes["action"] == Link.path("work", "7", "keep").text })
    }

    @Test("idle, taken back and without contact are said where one types")
    func warnings() throws {
        var request = Sample.idle(Sample.request(7, "running"))
        request.lease?.contact = "lost"
        let page = try page(request)
        #expect(page.text.contains("It is not used.") && page.text.contains("unless it is used or kept"))
        #expect(page.text.contains("out of contact"))
    }

    @Test("when it is over nothing can be typed or pressed, and the way to the receipt is shown")
    func over() throws {
        let page = try page(Sample.request(7, "closed"))
        #expect(try terminal(page).attributes["data-types"] == "")
        #expect(!page.all("form").contains { $0.attributes["action"]?.hasPrefix("/work") ?? false })
        #expect(
            page.all("a").contains {
                $0.attributes["href"] == Link.path("work", "7").text && $0.text.contains("How it ended")
            })
    }

    @Test("every state, and hostile names, stay text")
    func hostile() throws {
        for name in [Sample.hostile, Sample.long, "", "\u{202E}evil"] {
            for state in ["waiting", "starting", "running", "ending", "verifying", "closed", "refused", "cancelled", "else"]
            {
                var request = Sample.request(7, state, user: name, name: name)
                request.lease?.node = name
                let viewer = Viewer(name: name, isAdministrator: true, canSignOut: false)
                _ = try page(request, viewer: viewer, why: [name])
                _ = try page(request, why: [])
            }
        }
    }
}
