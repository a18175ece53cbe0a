/// A tensor as the header of a safetensors file describes it.
struct SafetensorsTensor {
    var name = ""
    /// As the file writes it.
    var type = ""
    /// Numbers of that type: packed weights have several parameters in one.
    var elements = 0
    /// Bytes behind the header.
    var begin = 0
    var end = 0

    var bytes: Int { end - begin }

    /// Fit to show, whatever the file calls it.
    var typeName: String { Self.bits(type) == nil ? PlainText.short(type, most: 20) : type }

    /// Bits of one number; nil for a type that came after this was written.
    static func bits(_ type: String) -> Int? {
        switch type {
        case "F4": 4
        case "F6_E2M3", "F6_E3M2": 6
        case "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ": 8
        case "I16", "U16", "F16", "BF16": 16
        case "I32", "U32", "F32": 32
        case "I64", "U64", "F64", "C64": 64
        default: nil
        }
    }

    /// Types that weights are rounded to. `U8` is none: it is what other things are packed into.
    var isRounded: Bool { type.hasPrefix("F8_") || type.hasPrefix("F6_") || type == "F4" || type == "I8" }
}
