import Testing

@testable import WebPages

@Suite("Text in pages")
struct EscapingTests {
    private func written(_ text: String) -> String {
        var html = HTML()
        html.text(text)
        return String(decoding: html.bytes, as: UTF8.self)
    }

    @Test("what means something in HTML is escaped, in text and in attributes")
    func escapes() {
        #expect(written("<b>\"it's\" & more</b>") == "&lt;b&gt;&quot;it&#39;s&quot; &amp; more&lt;/b&gt;")
        var html = HTML()
        html(.bdi, .title("\" onload=\"alert(1)"), text: "x")
        #expect(
            String(decoding: html.bytes, as: UTF8.self) == "<bdi title=\"&quot; onload=&quot;alert(1)\">x</bdi>")
    }

    @Test("control characters show as unknown ones, and letters of all scripts stay")
    func controls() {
        #expect(written("a\u{0}b\u{1B}[2Jc\u{7F}d\u{85}e") == "a\u{FFFD}b\u{FFFD}[2Jc\u{FFFD}d\u{FFFD}e")
        #expect(written("Zoë 東京 ñ \u{A0}© 🦉\n\tx") == "Zoë 東京 ñ \u{A0}© 🦉\n\tx")
    }

    @Test("every text comes back from a strict reader as it was, but for control characters")
    func roundTrip() throws {
        var seed: UInt64 = 42
        let pool = Array("<>&\"'=/ abc;#x-é東\u{202E}\u{1}".unicodeScalars)
        for _ in 0..<500 {
            var text = String.UnicodeScalarView()
            for _ in 0..<20 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text.append(pool[Int(seed >> 33) % pool.count])
            }
            let given = String(text)
            var html = HTML()
            html.markup("<!DOCTYPE html>")
            html(.p, .title(given), text: given)
            let read = try PageReader.read(html.bytes), wanted = given.replacing("\u{1}", with: "\u{FFFD}")
            #expect(read.text == wanted && read.attributes["title"] == wanted)
        }
    }

    @Test("links lead nowhere but to paths of this server")
    func links() {
        #expect(Link.path("work", "7").text == workPage("7"))
        #expect(Link.path("a/b", "../c", "?x#y").text == "/a%2Fb/..%2Fc/%3Fx%23y")
        #expect(Link("/usage").with("last", "7d").with("by", "a&b").text == "/usage?last=7d&by=a%26b")
        #expect(Link(given: workPage("7?done=kept"))?.text == workPage("7?done=kept"))
        let bad = [
            "", "work", "//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "/a\nb", "/a b",
        ]
        for text in bad { #expect(Link(given: text) == nil, "\(text)") }
    }

    @Test("figures are short and rounded")
    func figures() {
        #expect(Figures.grouped(1_234_567) == "1,234,567" && Figures.grouped(-12) == "-12" && Figures.grouped(0) == "0")
        #expect(Figures.short(12.44) == "12.4" && Figures.short(1_234.6) == "1,235" && Figures.short(3) == "3")
        #expect(Figures.watts(312.4) == "312 W" && Figures.watts(1_240) == "1.2 kW")
        #expect(Figures.plain(.nan) == "0" && Figures.plain(-0.5) == "-0.5" && Figures.plain(33.333) == "33.33")
        #expect(Figures.money(1_234.5, "EUR") == "1,234.50 EUR")
        #expect(Figures.energy(joules: 3.6e6) == "1 kWh" || Figures.energy(joules: 3.6e6) == "1,000 Wh")
    }

    @Test("output of terminals becomes plain text")
    func logs() {
        func plain(_ text: String) -> String { LogText.plain(Array(text.utf8)) }
        #expect(plain("\u{1B}[1;31mred\u{1B}[0m text\n") == "red text\n")
        #expect(plain(" 10 %\r 20 %\r100 %\ndone") == "100 %\ndone")
        #expect(plain("one\r\ntwo\r\n") == "one\ntwo\n")
        #expect(plain("\u{1B}]0;title\u{07}x\u{1B}]8;;http://evil\u{1B}\\y") == "xy")
        #expect(plain("ab\u{8}c\u{0}\u{7}\te") == "ac\te")
        #expect(plain("\u{1B}") == "" && plain("\u{1B}[") == "" && plain("a\u{1B}]never ends\nb") == "a\nb")
        #expect(LogText.plain([0xff, 0x61]) == "\u{FFFD}a")
    }
}
