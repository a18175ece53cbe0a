/// Types of numbers in GGUF files (`ggml_type` of ggml.h; sizes as in gguf-py/gguf/constants.py).
struct GGMLType {
    let name: String
    /// Numbers that are kept together.
    let block: Int
    /// Bytes of a block.
    let bytes: Int

    var isQuantised: Bool { block > 1 || name == "I8" }

    /// - Returns: nil for numbers that are not in use, or came after this was written.
    static func of(_ code: UInt32) -> GGMLType? { table[code] }

    private static let table: [UInt32: GGMLType] = [
        0: GGMLType(name: "F32", block: 1, bytes: 4), 1: GGMLType(name: "F16", block: 1, bytes: 2),
        2: GGMLType(name: "Q4_0", block: 32, bytes: 18), 3: GGMLType(name: "Q4_1", block: 32, bytes: 20),
        6: GGMLType(name: "Q5_0", block: 32, bytes: 22), 7: GGMLType(name: "Q5_1", block: 32, bytes: 24),
        8: GGMLType(name: "Q8_0", block: 32, bytes: 34), 9: GGMLType(name: "Q8_1", block: 32, bytes: 40),
        10: GGMLType(name: "Q2_K", block: 256, bytes: 84), 11: GGMLType(name: "Q3_K", block: 256, bytes: 110),
        12: GGMLType(name: "Q4_K", block: 256, bytes: 144), 13: GGMLType(name: "Q5_K", block: 256, bytes: 176),
        14: GGMLType(name: "Q6_K", block: 256, bytes: 210), 15: GGMLType(name: "Q8_K", block: 256, bytes: 292),
        16: GGMLType(name: "IQ2_XXS", block: 256, bytes: 66), 17: GGMLType(name: "IQ2_XS", block: 256, bytes: 74),
        18: GGMLType(name: "IQ3_XXS", block: 256, bytes: 98), 19: GGMLType(name: "IQ1_S", block: 256, bytes: 50),
        20: GGMLType(name: "IQ4_NL", block: 32, bytes: 18), 21: GGMLType(name: "IQ3_S", block: 256, bytes: 110),
        22: GGMLType(name: "IQ2_S", block: 256, bytes: 82), 23: GGMLType(name: "IQ4_XS", block: 256, bytes: 136),
        24: GGMLType(name: "I8", block: 1, bytes: 1), 25: GGMLType(name: "I16", block: 1, bytes: 2),
        26: GGMLType(name: "I32", block: 1, bytes: 4), 27: GGMLType(name: "I64", block: 1, bytes: 8),
        28: GGMLType(name: "F64", block: 1, bytes: 8), 29: GGMLType(name: "IQ1_M", block: 256, bytes: 56),
        30: GGMLType(name: "BF16", block: 1, bytes: 2), 34: GGMLType(name: "TQ1_0", block: 256, bytes: 54),
        35: GGMLType(name: "TQ2_0", block: 256, bytes: 66), 39: GGMLType(name: "MXFP4", block: 32, bytes: 17),
        40: GGMLType(name: "NVFP4", block: 64, bytes: 36), 41: GGMLType(name: "Q1_0", block: 128, bytes: 18),
        42: GGMLType(name: "Q2_0", block: 64, bytes: 18),
    ]
}
