/// Types of numbers in ONNX files (`TensorProto.DataType`), by the names that safetensors has for them.
struct ONNXType {
    let name: String
    /// nil for texts.
    let bits: Int?

    static let text = 8

    /// Numbers of 8 bits and fewer, but truths.
    var isQuantised: Bool { (bits ?? 16) <= 8 && name != "BOOL" }

    /// - Returns: nil for a type that came after this was written.
    static func of(_ code: Int) -> ONNXType? { table[code] }

    private static let table: [Int: ONNXType] = [
        1: ONNXType(name: "F32", bits: 32), 2: ONNXType(name: "U8", bits: 8), 3: ONNXType(name: "I8", bits: 8),
        4: ONNXType(name: "U16", bits: 16), 5: ONNXType(name: "I16", bits: 16), 6: ONNXType(name: "I32", bits: 32),
        7: ONNXType(name: "I64", bits: 64), text: ONNXType(name: "text", bits: nil),
        9: ONNXType(name: "BOOL", bits: 8), 10: ONNXType(name: "F16", bits: 16), 11: ONNXType(name: "F64", bits: 64),
        12: ONNXType(name: "U32", bits: 32), 13: ONNXType(name: "U64", bits: 64), 14: ONNXType(name: "C64", bits: 64),
        15: ONNXType(name: "C128", bits: 128), 16: ONNXType(name: "BF16", bits: 16),
        17: ONNXType(name: "F8_E4M3", bits: 8), 18: ONNXType(name: "F8_E4M3FNUZ", bits: 8),
        19: ONNXType(name: "F8_E5M2", bits: 8), 20: ONNXType(name: "F8_E5M2FNUZ", bits: 8),
        21: ONNXType(name: "U4", bits: 4), 22: ONNXType(name: "I4", bits: 4), 23: ONNXType(name: "F4", bits: 4),
        24: ONNXType(name: "F8_E8M0", bits: 8), 25: ONNXType(name: "U2", bits: 2), 26: ONNXType(name: "I2", bits: 2),
        27: ONNXType(name: "F6_E2M3", bits: 6), 28: ONNXType(name: "F6_E3M2", bits: 6),
    ]
}
