import Testing

@testable import CommandLine

@Suite("Leaving a terminal")
struct LeaveKeysTests {
    @Test("Ctrl-] then d leaves; what came before is typed, what follows is nobody's")
    func leaves() {
        var keys = LeaveKeys()
        let (typed, isOver) = keys.take(Array("ls\r\u{1D}dx".utf8))
        #expect(typed == Array("ls\r".utf8) && isOver)
    }

    @Test("Ctrl-] and anything else goes to the work, also when the other comes later; twice is one at once")
    func others() {
        var keys = LeaveKeys()
        #expect(keys.take([0x1d]) == ([], false))
        #expect(keys.take([UInt8(ascii: "x")]) == ([0x1d, UInt8(ascii: "x")], false))
        #expect(keys.take([0x1d, 0x1d, UInt8(ascii: "d")]) == ([0x1d, UInt8(ascii: "d")], false))
    }
}

@Suite("A terminal as it was")
struct ScreenModesTests {
    private func reset(after text: String...) -> String {
        var modes = ScreenModes()
        for part in text { modes.note(Array(part.utf8)) }
        return String(decoding: modes.reset, as: UTF8.self)
    }

    @Test("what a program has turned on is turned off, also where sequences are cut in two")
    func turnedOff() {
        #expect(
            reset(after: "\u{1B}[?1049h\u{1B}[?2", "5l\u{1B}[?1000;1006h")
                == "\u{1B}[0m\u{1B}[?1000l\u{1B}[?1006l\u{1B}[?1049l\u{1B}[?25h")
    }

    @Test("what it has turned off itself, or never on, is left alone")
    func leftAlone() {
        #expect(reset(after: "\u{1B}[?1049h text \u{1B}[?1049l\u{1B}[?25l\u{1B}[?25h") == "\u{1B}[0m")
        #expect(reset(after: "\u{1B}[?9999999999999999999999h\u{1B}[31m") == "\u{1B}[0m")
        #expect(reset() == "")
    }
}

@Suite("Old output shown again")
struct ReplayFilterTests {
    private func shown(_ text: String...) -> String {
        var filter = ReplayFilter(), bytes: [UInt8] = []
        for part in text { bytes += filter.take(Array(part.utf8)) }
        return String(decoding: bytes + filter.finish(), as: UTF8.self)
    }

    @Test("questions to the terminal are left out, wherever they are cut")
    func questions() {
        #expect(
            shown("a\u{1B}[6nb\u{1B}[cc\u{1B}[>cd\u{1B}]11;?\u{7}e\u{1B}P$qm\u{1B}\\f\u{5}g\u{1B}[?2026$ph") == "abcdefgh")
        #expect(shown("a\u{1B}", "[", "6", "nb") == "ab")
        #expect(shown("a\u{1B}]10;?\u{1B}", "\\b") == "ab")
        #expect(shown("a\u{1B}Zb\u{1B}[18tc\u{1B}[?ud\u{1B}[>0qe") == "abcde")
    }

    @Test("everything else stays, to the byte")
    func rest() {
        let text = "é\u{1B}[1;31mred\u{1B}[0m\u{1B}]0;title\u{7}\u{1B}[?1049h\u{1B}(B\u{1B}[22;0;0x\u{1B}[!p"
        #expect(shown(text) == text)
        #expect(shown("cut \u{1B}[3") == "cut \u{1B}[3")
        let long = "\u{1B}P" + String(repeating: "picture", count: 1_000)
        #expect(shown(long) == long)
    }
}
