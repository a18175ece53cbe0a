import Testing

@Suite struct LengthTests {
    @Test func filesMayHaveFourHundredLines() {
        let right = Array(repeating: "x", count: 400) + [""], wrong = Array(repeating: "x", count: 401) + [""]
        #expect(LengthRules.check("A.swift", lines: right) == [])
        #expect(LengthRules.check("A.swift", lines: wrong).map(\.rule) == ["has 401 lines; 400 are the most"])
        #expect(LengthRules.check("A.c", lines: Array(repeating: "x", count: 401)).count == 1)
    }

    @Test func functionsMayHaveSeventyLines() {
        #expect(LengthRules.check(function(lines: 70), ratchet: [:]) == [])
        let found = LengthRules.check(function(lines: 71), ratchet: [:])
        #expect(found.map(\.description.first) == ["S"])
        #expect(found.map(\.place) == ["Sources/HTTPAPI/File.swift:2"])
        #expect(found.map(\.rule) == ["long has 71 lines; 70 are the most"])
    }

    @Test func theRatchetOnlyTurnsOneWay() {
        let ratchet = ["Sources/HTTPAPI/File.swift long": 90]
        #expect(LengthRules.check(function(lines: 90), ratchet: ratchet) == [])
        #expect(
            LengthRules.check(function(lines: 91), ratchet: ratchet).map(\.rule) == ["long has 91 lines; 90 are the most"])
        #expect(
            LengthRules.check(function(lines: 89), ratchet: ratchet).map(\.rule) == [
                "long has 89 lines, the ratchet says 90"
            ])
        #expect(
            LengthRules.check(function(lines: 60), ratchet: ratchet).map(\.rule) == [
                "long has 60 lines, the ratchet says 90"
            ])
    }

    @Test func theRatchetNamesFunctionsThatAreThere() throws {
        let repository = try Repository.containing()
        for key in LengthRules.ratchet.keys.sorted() {
            let path = String(key.prefix { $0 != " " })
            #expect(repository.exists(path), "the ratchet names \(path), which is not there")
        }
    }

    @Test func lengthsGoFromTheNameToTheBrace() {
        let source = """
            struct A {
                init(a: Int = { 3 }()) {
                }
                package static func one(_ x: (Int) -> Int) -> Int { x(1) }
                func two(
                    a: Int
                ) throws -> [Int: String]
                where A: B
                {
                    if a { b = "}" }
                    // }
                    func three() {
                    }
                }
                let funcs = 3
                func `default`() {}
                static func < (a: A, b: A) -> Bool {
                    true
                }
            }
            protocol P {
                func four() async throws
                    -> Int
                func five()
                var six: Int { get }
                init()
            }
            func seven() {
                self.init(x) {
                }
            }
            """
        let found = FunctionLengths.all(in: SourceFile(path: "Sources/A/B.swift", text: source))
        #expect(
            found.map { "\($0.name) \($0.length)" } == [
                "init 2", "one 1", "two 10", "three 2", "`default` 1", "< 3", "seven 4",
            ])
    }

    private func function(lines: Int) -> SourceFile {
        let body = Array(repeating: "    x", count: lines - 2).joined(separator: "\n")
        return SourceFile(path: "Sources/HTTPAPI/File.swift", text: "\nfunc long() {\n\(body)\n}\n")
    }
}
