/// ONNX files for tests, by protobuf's rules.
enum ONNXMaker {
    static func varint(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var left = value
        while left >= 0x80 {
            bytes.append(UInt8(left & 0x7F) | 0x80)
            left >>= 7
        }
        return bytes + [UInt8(left)]
    }

    static func number(_ field: UInt64, _ value: UInt64) -> [UInt8] { varint(field << 3) + varint(value) }

    static func bytes(_ field: UInt64, _ contents: [UInt8]) -> [UInt8] {
        varint(field << 3 | 2) + varint(UInt64(contents.count)) + contents
    }

    /// - Parameter data: fields that hold the numbers.
    static func tensor(_ name: String, _ type: UInt64, _ shape: [UInt64], isPacked: Bool = false, data: [UInt8] = [])
        -> [UInt8]
    {
        let sizes = isPacked ? bytes(1, shape.flatMap(varint)) : shape.flatMap { number(1, $0) }
        return sizes + number(2, type) + bytes(8, Array(name.utf8)) + data
    }

    static func raw(_ count: Int) -> [UInt8] { bytes(9, [UInt8](repeating: 0, count: count)) }

    static func graph(_ tensors: [[UInt8]], more: [UInt8] = []) -> [UInt8] {
        bytes(1, bytes(4, Array("MatMul".utf8))) + bytes(2, Array("graph".utf8)) + tensors.flatMap { bytes(5, $0) }
            + more
    }

    static func model(_ graph: [UInt8]) -> [UInt8] {
        number(1, 8) + bytes(2, Array("pytorch".utf8)) + bytes(7, graph) + bytes(8, number(2, 17))
    }

    /// A float matrix, its bias as a list of floats, eight-bit weights, and a matrix beside the file.
    static var small: [UInt8] {
        model(
            graph([
                tensor("W", 1, [30, 40], data: raw(4800)),
                tensor("b", 1, [40], isPacked: true, data: bytes(4, [UInt8](repeating: 0, count: 160))),
                tensor("Q", 3, [8, 8], data: raw(64)),
                tensor("far", 10, [1000, 1000], data: bytes(13, bytes(1, [65]) + bytes(2, [66])) + number(14, 1)),
            ]))
    }
}
