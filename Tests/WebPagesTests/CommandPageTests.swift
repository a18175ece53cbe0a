import Testing

@testable import WebPages

@Suite("Commands in sentences, for people in a browser")
struct CommandPageTests {
    private func shown(_ text: String) -> String {
        var html = HTML()
        html.sentences(text)
        return String(decoding: html.bytes, as: UTF8.self)
    }

    @Test("a command that a page answers is a link to that page")
    func pages() {
        #expect(shown("None. `carrel ps --all` lists them.") == "None. <a href=\"/work\">My work</a> lists them.")
        let seven = workPage("7")
        #expect(shown("Over. `carrel show 7` tells it.") == "Over. <a href=\"\(seven)\">Its page</a> tells it.")
        #expect(shown("It is so; `carrel why 7` tells it.") == "It is so; <a href=\"\(seven)\">its page</a> tells it.")
        #expect(shown("`carrel user enable a/b` first").contains("href=\"/admin/users/a%2Fb\""))
    }

    @Test("any other stays what it is, and is never markup or an address")
    func others() {
        for text in [
            "carrel", "carrel up", "carrel ps -w", "carrel show", "carrel show -7", "carrel show 7/../8", "carrel user link",
            "carrel user link NAME", "ps", "carrel user set NAME --role administrator", "carrel run -- true",
        ] {
            #expect(shown("Or `\(text)`.") == "Or <code>\(text)</code>.", "\(text)")
        }
        #expect(!shown("`carrel user link <b>`").contains("<b>"))
    }
}
