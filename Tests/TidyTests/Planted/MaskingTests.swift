import Testing

/// Rules find code, and nothing that is only said.
@Suite struct MaskingTests {
    @Test(arguments: [
        ("let a = 1", "let a = 1"),
        ("a // try! b", "a          "),
        ("a /* x */ b", "a         b"),
        ("a /* x /* y */ z */ b", "a                   b"),
        (#"f("try! x") + 1"#, "f(        ) + 1"),
        (#"f("a \" b") + 1"#, "f(        ) + 1"),
        (#"f("a \(g(1)) b") + 1"#, "f(     g(1)    ) + 1"),
        (#"f("a \(g("x")) b")"#, "f(     g(   )    )"),
        (##"f(#"a " \n \#(x)"#)"##, "f(            x   )"),
        ("let r = /a\"b/", "let r =       "),
        ("a / b / c", "a / b / c"),
        ("é // é", "é       "),
    ])
    func oneLine(source: String, expected: String) {
        #expect(Masking.lines(of: source).map(trimmed) == [trimmed(expected)])
    }

    @Test func severalLines() {
        let quotes = "\"\"\""
        let source = "a = \(quotes)\n  try! \"x\" \\(Date())\n  \(quotes)\nb /* 1\n2 */ c\n\"open\nd"
        let lines = Masking.lines(of: source)
        #expect(lines.map(trimmed) == ["a =", "Date()", "", "b", "c", "", "d"])
        #expect(lines[1].wordRanges(of: "Date()").count == 1)
    }

    @Test func linesStayWhereTheyAre() {
        let source = "a\n\n// x\nb\n"
        #expect(Masking.lines(of: source).count == source.split(separator: "\n", omittingEmptySubsequences: false).count)
    }

    @Test func wholeWordsAreFound() {
        #expect("try! x".hasWord("try!"))
        #expect(!"retry! x".hasWord("try!"))
        #expect("a.now".hasWord(".now"))
        #expect(!"a.nowhere".hasWord(".now"))
        #expect("Task {".hasWord("Task {"))
        #expect(!"MyTask {".hasWord("Task {"))
        #expect("x XXX y".hasWord("XXX"))
        #expect(!"mkdtemp(XXXXXX)".hasWord("XXX"))
        #expect("aa".offsets(of: "a") == [0, 1])
        #expect("".offsets(of: "a") == [])
        #expect("a".offsets(of: "") == [])
    }

    private func trimmed(_ text: String) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()).replacing("  ", with: " ").replacing(
            "  ", with: " ")
    }
}
