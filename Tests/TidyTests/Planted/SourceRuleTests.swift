import Testing

/// Planted violations: every rule must find its own, at its place, and leave what is right alone.
@Suite struct SourceRuleTests {
    @Test(arguments: [
        "let a = Date()", "let a = Date.now", "let a: Timestamp = .now", "f(at: .now)", "ContinuousClock().now",
        "let c = SuspendingClock()", "UUID()", "Int.random(in: 0..<3)", "x.shuffled()", "x.shuffle()", "a.randomElement()",
        "var g = SystemRandomNumberGenerator()", "a.hashValue", "var h = Hasher()", "print(1)", "debugPrint(x)", "dump(x)",
        "Task { }", "Task{ }", "Task.detached { }", "func f() async {", "await f()", "actor A {", "let m = Mutex(1)",
        "readLine()",
        "let t = \"\\(Date())\"",
    ])
    func whatNoPureRoomMayDo(line: String) {
        #expect(PurityRules.check(file("Scheduling", "\n" + line)).map(\.place).first == "Sources/Scheduling/File.swift:2")
        #expect(PurityRules.check(file("CheckoutService", line)) == [])
    }

    @Test(arguments: [
        "let now = pass.now", "self.now = now", "requests[0].now", "f().now", "Int.random(in: 0..<3, using: &generator)",
        "x.shuffled(using: &g)", "a.randomElement(\n    using: &g)", "// print(1) on Date()", "let a = \"await Task { }\"",
        "func blueprint(x: Int)", "let asyncronous = 1", "let tasks = Tasks {", "struct Factor {", "let actors = 3",
        "func hash(into hasher: inout Hasher)", "let update = Update()",
    ])
    func whatAPureRoomMayDo(line: String) {
        #expect(PurityRules.check(file("LeaseLedger", line)) == [])
    }

    @Test func protocolsOfThePureRoomsMayBeAsynchronous() throws {
        for path in PurityRules.asynchronousProtocols {
            #expect(PurityRules.check(SourceFile(path: path, text: "func load() async throws")) == [])
            #expect(PurityRules.check(SourceFile(path: path, text: "let a = Date()")).count == 1)
            #expect(try Repository.containing().exists(path), "the exception \(path) is for a file that is not there")
        }
    }

    @Test(arguments: [
        "let held: [NodeName: Int] = [:]\nfor (k, v) in held {", "var seen: Set<Int> = []\nfor x in seen where x > 1 {",
        "var byKey = [Int: [String]]()\nlet a = byKey.map { $0 }",
        "func f(of sums: [Int: Int]) { sums.forEach { print($0) } }",
        "let s = Set([1])\nlet a = s.reduce(0, +)", "let d = Dictionary(grouping: a) { $0 }\nfor x in d {",
        "for k in other.keys {", "let a = other.values.map { $0 }",
        "let a: (Int, [Int: Set<Int>])\nlet f: [Int: Int]\nf.first",
    ])
    func goingThroughWhatHasNoOrder(source: String) {
        #expect(HashOrderRules.check([file("LeaseLedger", source)]).count >= 1)
        #expect(HashOrderRules.check([file("LedgerStore", source)]) == [])
    }

    @Test(arguments: [
        "let held: [NodeName: Int] = [:]\nheld[name] = 3\nif held.isEmpty { }", "for (a, b) in zip(x, y) {",
        "var seen: Set<Int> = []\nif seen.contains(3) { seen.insert(4) }", "for x in seen.sorted() {",
        "let seen: Set<Int>\nfor x in seen.sorted() {", "let names: [String]\nfor name in names {", "other.keys.sorted()",
        "let held: [Int: Int]\nfor x in held[3] {", "let keys: [DeviceKey]\nfor key in slot.keys {", "a ? b : [1, 2]",
        "let all: [(id: Int, name: String)]\nfor (id, name) in all {", "for (index, x) in list.enumerated() {",
        "let held: [Int: Int]\nlet heldLong = [1]\nfor x in heldLong {",
    ])
    func lookingThingsUp(source: String) {
        #expect(HashOrderRules.check([file("LeaseLedger", source)]) == [])
    }

    @Test(arguments: [
        "let a = try! f()", "fatalError(\"unimplemented\")", "fatalError(\"not implemented yet\")", "// TODO: later",
        "/* FIXME */", "let a = \"XXX\"", "@_exported import FleetModel",
    ])
    func whatNoSourceMayHold(line: String) {
        #expect(MarkRules.check(file("HTTPAPI", "a\n" + line)).map(\.place) == ["Sources/HTTPAPI/File.swift:2"])
        #expect(MarkRules.check(SourceFile(path: "Tests/HTTPAPITests/A.swift", text: line)) == [])
    }

    @Test(arguments: [
        "// never `try!`", "let a = \"try! x\"", "preconditionFailure(\"no\")", "mkdtemp(\"aXXXXXX\")", "todo()",
    ])
    func whatASourceMayHold(line: String) {
        #expect(MarkRules.check(file("HTTPAPI", line)) == [])
    }

    @Test(arguments: [
        "package struct A {", "package enum A: String {", "package func f() {", "  package static func f(_ a: Int) {",
        "package mutating func f() {", "@discardableResult\npackage func f() -> Int {", "package protocol P {",
        "package final class A {", "package actor A {", "package typealias A = Int", "// no doc\npackage struct A {",
    ])
    func whatLacksADocComment(source: String) {
        #expect(DocumentationRules.check(file("LeaseLedger", source)).count == 1)
        #expect(DocumentationRules.check(file("EngineInterface", source)).count == 1)
        #expect(DocumentationRules.check(file("HTTPAPI", source)) == [])
        #expect(
            DocumentationRules.check(file("LeaseLedger", "/// What it is.\n" + source.replacing("// no doc\n", with: "")))
                == [])
    }

    @Test(arguments: [
        "struct A {", "func f() {", "package let a = 1", "package var a: Int { 1 }", "package init(a: Int) {",
        "package static func < (left: A, right: A) -> Bool {", "package func encode(to encoder: any Encoder) throws {",
        "package extension A {", "package import FleetModel", "package internal(set) var a = 1",
        "package static let f: (Int) -> Int = { func g() {} }", "/// A.\n@available(*, deprecated)\npackage func f() {",
    ])
    func whatNeedsNoDocComment(source: String) {
        #expect(DocumentationRules.check(file("LeaseLedger", source)) == [])
    }

    private func file(_ target: String, _ text: String) -> SourceFile {
        SourceFile(path: "Sources/\(target)/File.swift", text: text)
    }
}
