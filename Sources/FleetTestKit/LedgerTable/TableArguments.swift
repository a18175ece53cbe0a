import FleetModel
import LeaseLedger

/// The words of a command after its verb, taken one by one, and its options: `cores=4`.
struct TableArguments {
    let verb: String
    private var words: [String]
    private var options: [(name: String, value: String)]

    init(_ text: String) throws {
        let all = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let verb = all.first else { throw LedgerFault("  the line has no verb") }
        self.verb = verb
        words = all.dropFirst().filter { !$0.contains("=") }
        options = all.dropFirst().filter { $0.contains("=") }.map { word in
            let cut = word.firstIndex(of: "=") ?? word.endIndex
            return (String(word[..<cut]), String(word[cut...].dropFirst()))
        }
    }

    var isEmpty: Bool { words.isEmpty }

    mutating func next(_ what: String) throws -> String {
        if words.isEmpty { throw LedgerFault("  \(verb) lacks \(what)") }
        return words.removeFirst()
    }

    mutating func option(_ name: String) -> String? {
        guard let place = options.firstIndex(where: { $0.name == name }) else { return nil }
        return options.remove(at: place).value
    }

    /// Nothing may be left over: a slip in a table must not pass.
    func finish() throws {
        let left = words + options.map { "\($0.name)=\($0.value)" }
        if !left.isEmpty { throw LedgerFault("  \(verb) doesn't know \(left.joined(separator: " "))") }
    }
}

extension TableArguments {
    mutating func lease() throws -> LeaseID { LeaseID(try Self.number(next("the number of a request"))) }

    mutating func user() throws -> UserName { UserName(try next("a user")) }

    /// `alice`, or `root!` for an administrator.
    mutating func requester() throws -> Requester {
        let word = try next("who asks")
        return word.hasSuffix("!")
            ? Requester(UserName(String(word.dropLast())), isAdministrator: true) : Requester(UserName(word))
    }

    mutating func optionalSpan() throws -> TimeSpan? { words.isEmpty ? nil : try Self.span(next("a span")) }

    /// As people type durations; also `0`, `-1h`, `forever`.
    static func span(_ text: String) throws -> TimeSpan {
        if text == "0" { return .zero }
        if text == "forever" { return .forever }
        if text.hasPrefix("-") {
            return TimeSpan(milliseconds: -(try TimeSpan(parsing: String(text.dropFirst())).milliseconds))
        }
        return try TimeSpan(parsing: text)
    }

    static func number<Number: FixedWidthInteger>(_ text: String) throws -> Number {
        guard let number = Number(text) else { throw LedgerFault("  \(text) is no number") }
        return number
    }

    /// `2`, `2xa100`, `0`, `1x24GB..`.
    static func selector(_ text: String) throws -> DeviceSelector {
        if let count = Int(text) { return DeviceSelector(count: count) }
        guard let cut = text.firstIndex(of: "x"), let count = Int(text[..<cut]) else {
            return try DeviceSelector(parsing: text)
        }
        let kind = try DeviceSelector(parsing: String(text[cut...].dropFirst()))
        return DeviceSelector(
            count: count, modelWords: kind.modelWords, memoryAtLeast: kind.memoryAtLeast, memoryAtMost: kind.memoryAtMost)
    }

    /// `n1:0,1`: the node and the keys; `n1`: no device of it.
    static func devices(_ text: String) throws -> (node: String, keys: [DeviceKey]) {
        guard let cut = text.firstIndex(of: ":") else { return (text, []) }
        let node = String(text[..<cut])
        return (node, text[cut...].dropFirst().split(separator: ",").map { DeviceKey("\(node):\($0)") })
    }

    /// `1/2`, or `1` for the newest attempt of lease 1.
    static func attempt(_ text: String, _ state: LedgerState) throws -> AttemptKey {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let lease = LeaseID(try number(String(parts[0])))
        if parts.count == 2 { return AttemptKey(lease: lease, number: try number(String(parts[1]))) }
        return AttemptKey(lease: lease, number: max(1, state.requests[lease]?.lease?.attempt ?? 1))
    }

    /// `exited 0`, `signalled 9`, `killed`, `neverBegan`, `launchFailed`, `nodeLost`, `unknown`.
    mutating func outcome(_ word: String) throws -> AttemptOutcome {
        switch word {
        case "exited": .exited(code: try Self.number(next("an exit code")))
        case "signalled": .signalled(signal: try Self.number(next("a signal")))
        case "killed": .killed
        case "neverBegan": .neverBegan
        case "launchFailed": .launchFailed(because: .commandNotFound(command: "absent"))
        case "nodeLost": .nodeLost
        case "unknown": .unknown
        default: throw LedgerFault("  \(word) is no outcome")
        }
    }
}
