import Glibc
import Testing

/// Runs the kernels' text, instruction by instruction, as a GPU would: what they compute is tested where there is none. A
/// register that is read before it is written, a place outside the memory and an unknown instruction are errors.
struct PTXMachine {
    typealias Problem = PTXProgram.Problem

    let program: PTXProgram
    /// The device's memory; its addresses begin at `base`, and 16 are in line.
    var memory: [UInt8]
    static let base: UInt64 = 0x10_0000

    init(_ text: String, bytes: Int) throws {
        program = try PTXProgram(text)
        memory = [UInt8](repeating: 0, count: bytes)
    }

    private struct Thread {
        var registers: [UInt64?]
        var place = 0
        var isOver = false
        let special: [String: UInt64]
    }

    mutating func launch(
        _ name: String, grid: (x: Int, y: Int), block: (x: Int, y: Int), _ parameters: [UInt64]
    ) throws {
        guard let kernel = program.kernels[name], kernel.parameters.count == parameters.count else {
            throw Problem(description: "no kernel \(name) with \(parameters.count) parameters")
        }
        let values = Dictionary(uniqueKeysWithValues: zip(kernel.parameters, parameters))
        for y in 0..<grid.y {
            for x in 0..<grid.x {
                var shared = [UInt8](repeating: 0xff, count: kernel.sharedBytes)
                var threads = (0..<block.x * block.y).map { number in
                    Thread(
                        registers: [UInt64?](repeating: nil, count: kernel.registers.count),
                        special: [
                            "%tid.x": UInt64(number % block.x), "%tid.y": UInt64(number / block.x),
                            "%ntid.x": UInt64(block.x), "%ntid.y": UInt64(block.y), "%ctaid.x": UInt64(x),
                            "%ctaid.y": UInt64(y), "%nctaid.x": UInt64(grid.x), "%nctaid.y": UInt64(grid.y),
                        ])
                }
                // Each runs to the next barrier before any goes on; the last ones first, as no order is promised.
                while threads.contains(where: { !$0.isOver }) {
                    for number in threads.indices.reversed() where !threads[number].isOver {
                        try run(&threads[number], kernel, values, &shared)
                    }
                    let over = threads.count(where: \.isOver)
                    guard over == 0 || over == threads.count else { throw Problem(description: "some miss a barrier") }
                }
            }
        }
    }

    /// To the next barrier, or the end.
    private mutating func run(
        _ thread: inout Thread, _ kernel: PTXProgram.Kernel, _ parameters: [String: UInt64], _ shared: inout [UInt8]
    ) throws {
        while thread.place < kernel.instructions.count {
            let instruction = kernel.instructions[thread.place]
            thread.place += 1
            if let condition = instruction.condition {
                let bit = try read(.register(condition.register), thread) != 0
                if bit != condition.isSet { continue }
            }
            switch instruction.name {
            case "bar.sync": return
            case "ret":
                thread.isOver = true
                return
            case "bra":
                guard case .label(let name) = instruction.operands[0], let place = kernel.labels[name] else {
                    throw Problem(description: "no label: \(instruction)")
                }
                thread.place = place
            default: try step(instruction, &thread, parameters, &shared)
            }
        }
        throw Problem(description: "the kernel has no end")
    }

    private func read(_ operand: PTXProgram.Operand, _ thread: Thread) throws -> UInt64 {
        switch operand {
        case .register(let number):
            guard let value = thread.registers[number] else {
                throw Problem(description: "register \(number) is read before it is written")
            }
            return value
        case .immediate(let value): return value
        case .special(let name): return try #require(thread.special[name], "\(name)")
        case .shared(let place): return UInt64(place)
        default: throw Problem(description: "no value: \(operand)")
        }
    }

    private mutating func step(
        _ instruction: PTXProgram.Instruction, _ thread: inout Thread, _ parameters: [String: UInt64],
        _ shared: inout [UInt8]
    ) throws {
        let parts = instruction.name.split(separator: ".").map(String.init), operands = instruction.operands
        let low: UInt64 = 0xffff_ffff
        if ["ld", "st", "red"].contains(parts[0]), parts[1] != "param" {
            return try access(parts, operands, &thread, &shared)
        }
        guard case .register(let target) = operands[0] else { throw Problem(description: "\(instruction)") }
        if parts[0] == "ld", case .parameter(let name) = operands[1] {
            let value = try #require(parameters[name])
            thread.registers[target] = parts[2] == "u64" ? value : value & low
            return
        }
        let values = try operands.dropFirst().map { try read($0, thread) }
        if parts.last == "f32", parts[0] != "mov" {
            let numbers = values.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
            thread.registers[target] = UInt64(try number(instruction.name, numbers).bitPattern)
            return
        }
        let isWide = parts.last?.hasSuffix("64") ?? false
        var result: UInt64
        switch parts[0] {
        case "mov", "cvta", "cvt": result = instruction.name == "cvt.u64.u32" ? values[0] & low : values[0]
        case "add": result = values[0] &+ values[1]
        case "mul" where parts[1] == "wide":
            thread.registers[target] = (values[0] & low) * (values[1] & low)
            return
        case "mul" where parts[1] == "lo": result = values[0] &* values[1]
        case "sub": result = values[0] &- values[1]
        case "div" where parts[1] == "u32" && values[1] & low != 0: result = (values[0] & low) / (values[1] & low)
        case "rem" where parts[1] == "u32" && values[1] & low != 0: result = (values[0] & low) % (values[1] & low)
        case "xor": result = values[0] ^ values[1]
        case "or": result = values[0] | values[1]
        case "and": result = values[0] & values[1]
        case "shl": result = values[0] << values[1]
        case "min" where parts[1] == "u64": result = min(values[0], values[1])
        case "setp": result = try compare(parts, values)
        default: throw Problem(description: "unknown instruction \(instruction.name)")
        }
        let isConvertedDown = instruction.name == "cvt.u32.u64"
        thread.registers[target] = (isWide && !isConvertedDown) || instruction.name == "cvt.u64.u32" ? result : result & low
    }

    /// In single precision, rounded once; powers of 2, of which a GPU promises less, as exactly as can be.
    private func number(_ name: String, _ values: [Float]) throws -> Float {
        switch name {
        case "add.rn.f32": values[0] + values[1]
        case "sub.rn.f32": values[0] - values[1]
        case "mul.rn.f32": values[0] * values[1]
        case "div.rn.f32": values[0] / values[1]
        case "fma.rn.f32": values[2].addingProduct(values[0], values[1])
        case "rcp.rn.f32": 1 / values[0]
        case "abs.f32": abs(values[0])
        case "ex2.approx.f32": Float(exp2(Double(values[0])))
        default: throw Problem(description: "unknown instruction \(name)")
        }
    }

    /// `setp.lt.u32 p, a, b` or `setp.lt.and.u32 p, a, b, q`. All of the kernels' numbers are unsigned.
    private func compare(_ parts: [String], _ values: [UInt64]) throws -> UInt64 {
        guard parts.last?.hasPrefix("u") ?? false else { throw Problem(description: "setp \(parts)") }
        let holds =
            switch parts[1] {
            case "ge": values[0] >= values[1]
            case "lt": values[0] < values[1]
            case "eq": values[0] == values[1]
            default: throw Problem(description: "setp \(parts)")
            }
        if parts.count == 4 {
            guard parts[2] == "and" else { throw Problem(description: "setp \(parts)") }
            return holds && values[2] != 0 ? 1 : 0
        }
        return holds ? 1 : 0
    }

    private mutating func access(
        _ parts: [String], _ operands: [PTXProgram.Operand], _ thread: inout Thread, _ shared: inout [UInt8]
    ) throws {
        let isLoad = parts[0] == "ld", isShared = parts[1] == "shared"
        let places = isLoad ? (operands[1], operands[0]) : (operands[0], operands[1])
        guard case .address(let register, let offset) = places.0 else { throw Problem(description: "\(parts)") }
        let address = try read(.register(register), thread) &+ UInt64(offset)
        let size = parts.last?.hasSuffix("64") ?? false ? 8 : 4
        var registers: [Int] = []
        switch places.1 {
        case .vector(let several): registers = several
        case .register(let one): registers = [one]
        default: throw Problem(description: "\(parts)")
        }
        let start = isShared ? Int(address) : Int(Int64(bitPattern: address &- Self.base))
        let limit = isShared ? shared.count : memory.count, all = size * registers.count
        guard start >= 0, start + all <= limit, start % all == 0 else {
            throw Problem(description: "\(parts.joined(separator: ".")) at \(start), of \(limit) bytes")
        }
        for (index, register) in registers.enumerated() {
            let range = start + index * size..<start + (index + 1) * size
            let old = (isShared ? shared[range] : memory[range]).reversed().reduce(0) { $0 << 8 | UInt64($1) }
            if isLoad {
                thread.registers[register] = old
                continue
            }
            var value = try read(.register(register), thread)
            if parts[0] == "red" { value = parts[2] == "add" ? old &+ value : min(old, value) }
            for (byte, place) in range.enumerated() {
                let part = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte))
                if isShared { shared[place] = part } else { memory[place] = part }
            }
        }
    }
}

extension PTXMachine {
    /// The words of memory from a place on.
    func words(_ count: Int, at place: Int) -> [UInt32] {
        (0..<count).map { index in
            (0..<4).reversed().reduce(0) { $0 << 8 | UInt32(memory[place + index * 4 + $1]) }
        }
    }

    mutating func put(_ words: [UInt32], at place: Int) {
        for (index, word) in words.enumerated() {
            for byte in 0..<4 { memory[place + index * 4 + byte] = UInt8(truncatingIfNeeded: word >> UInt32(8 * byte)) }
        }
    }
}
