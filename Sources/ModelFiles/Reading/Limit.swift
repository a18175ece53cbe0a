/// The most that is read of a file that somebody else wrote. Real models are far below each.
enum Limit {
    /// Tensors of one model; the largest have some 100,000.
    static let tensors = 1_000_000
    /// Keys of a GGUF file.
    static let keys = 1_000_000
    /// Bytes of JSON before the weights: the reference reader's own.
    static let safetensorsHeader = 100_000_000
    /// Bytes before the weights of a GGUF file; a vocabulary of 256,000 tokens takes about 15 MiB.
    static let ggufHeader = 256 << 20
    static let string = 16 << 20
    static let name = 65_535
    static let dimensions = 64
    /// Arrays in arrays of a GGUF file.
    static let arrays = 4
    /// Fields that are looked at in an ONNX file.
    static let fields = 5_000_000
    static let config = 4 << 20
    static let index = 64 << 20
    /// Objects and arrays in one another.
    static let depth = 64
    /// Names looked at in a folder.
    static let entries = 20_000
    static let parts = 10_000
    /// Sizes such as the number of layers: what is larger is nonsense, and products of it would overflow.
    static let size = Int(Int32.max)
}
