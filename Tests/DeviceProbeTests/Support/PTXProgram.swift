/// The kernels' text, read for `PTXMachine`: as much of PTX as these kernels use, and no more. What it doesn't know is an
/// error, not a guess.
struct PTXProgram {
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    enum Operand {
        case register(Int)
        case immediate(UInt64)
        /// `%tid.x` and the like.
        case special(String)
        /// `[%rd1+8]`: a register and bytes.
        case address(Int, Int)
        case parameter(String)
        /// Where a variable lies in the block's shared memory.
        case shared(Int)
        /// `{%r1, %r2, %r3, %r4}`.
        case vector([Int])
        case label(String)
    }

    struct Instruction {
        /// The register of a predicate, and whether it must be set.
        let condition: (register: Int, isSet: Bool)?
        let name: String
        let operands: [Operand]
    }

    struct Kernel {
        var parameters: [String] = []
        var instructions: [Instruction] = []
        var labels: [String: Int] = [:]
        var sharedBytes = 0
        var registers: [String: Int] = [:]
    }

    private(set) var kernels: [String: Kernel] = [:]

    init(_ text: String) throws {
        let lines = text.split(separator: "\n").map { line in
            line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? ""
        }
        for part in lines.joined(separator: "\n").split(separator: ".visible .entry ").dropFirst() {
            let pieces = part.split(separator: ")", maxSplits: 1)
            let head = (pieces.first ?? "").split(separator: "(")
            guard pieces.count == 2, head.count == 2 else { throw Problem(description: "no head: \(part.prefix(40))") }
            var kernel = Kernel()
            kernel.parameters = try head[1].split(separator: ",").map { declaration in
                let words = declaration.split(whereSeparator: \.isWhitespace)
                guard words.count == 3, words[0] == ".param" else { throw Problem(description: "\(declaration)") }
                return String(words[2])
            }
            try Self.read(pieces[1], into: &kernel)
            kernels[Self.trimmed(head[0])] = kernel
        }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func read(_ body: Substring, into kernel: inout Kernel) throws {
        var shared: [String: Int] = [:]
        // The outer braces go; those of vectors stay.
        guard let first = body.firstIndex(of: "{"), let last = body.lastIndex(of: "}") else {
            throw Problem(description: "no body")
        }
        for statement in body[body.index(after: first)..<last].split(separator: ";") {
            var text = trimmed(statement)
            while let colon = text.firstIndex(of: ":") {
                kernel.labels[String(text[..<colon])] = kernel.instructions.count
                text = trimmed(text[text.index(after: colon)...])
            }
            if text.isEmpty || text.hasPrefix(".reg ") { continue }
            if text.hasPrefix(".shared ") {
                let words = text.split(whereSeparator: { " []".contains($0) })
                guard words.count == 6, let bytes = Int(words[5]) else { throw Problem(description: text) }
                shared[String(words[4])] = kernel.sharedBytes
                kernel.sharedBytes += bytes
                continue
            }
            kernel.instructions.append(try instruction(text, &kernel, shared))
        }
    }

    private static func instruction(
        _ text: String, _ kernel: inout Kernel, _ shared: [String: Int]
    ) throws -> Instruction {
        var text = text[...], condition: (register: Int, isSet: Bool)?
        if text.hasPrefix("@") {
            let word = text.dropFirst().prefix { $0 != " " }
            condition = (register(String(word.drop { $0 == "!" }), &kernel), !word.hasPrefix("!"))
            text = text.drop { $0 != " " }.drop { $0 == " " }
        }
        let name = String(text.prefix { $0 != " " })
        var operands: [Operand] = [], word = "", depth = 0
        for character in text.dropFirst(name.count) + "," {
            if character == "{" { depth += 1 } else if character == "}" { depth -= 1 }
            guard character == ",", depth == 0 else {
                if character != " " { word.append(character) }
                continue
            }
            if !word.isEmpty { operands.append(try operand(word, &kernel, shared)) }
            word = ""
        }
        return Instruction(condition: condition, name: name, operands: operands)
    }

    private static func operand(_ word: String, _ kernel: inout Kernel, _ shared: [String: Int]) throws -> Operand {
        if word.hasPrefix("[") {
            let inside = word.dropFirst().dropLast().split(separator: "+").map(String.init)
            if kernel.parameters.contains(inside[0]) { return .parameter(inside[0]) }
            return .address(register(inside[0], &kernel), inside.count > 1 ? Int(inside[1]) ?? 0 : 0)
        }
        if word.hasPrefix("{") {
            return .vector(word.dropFirst().dropLast().split(separator: ",").map { register(String($0), &kernel) })
        }
        if word.hasPrefix("%") {
            let isSpecial = ["%tid.", "%ntid.", "%ctaid.", "%nctaid."].contains(where: word.hasPrefix)
            return isSpecial ? .special(word) : .register(register(word, &kernel))
        }
        if word.hasPrefix("0f"), let bits = UInt64(word.dropFirst(2), radix: 16) { return .immediate(bits) }
        if word.hasPrefix("0x"), let bits = UInt64(word.dropFirst(2), radix: 16) { return .immediate(bits) }
        if let number = UInt64(word) { return .immediate(number) }
        if let place = shared[word] { return .shared(place) }
        return .label(word)
    }

    private static func register(_ name: String, _ kernel: inout Kernel) -> Int {
        if let known = kernel.registers[name] { return known }
        let new = kernel.registers.count
        kernel.registers[name] = new
        return new
    }
}
