/// Adds up tensors; sums that no machine could hold are errors.
struct Tally {
    private(set) var tensors = 0
    private(set) var parameters = 0
    private(set) var bytes = 0
    private(set) var quantised = false
    private var byPrecision: [String: Int] = [:]

    /// - Parameters:
    ///   - parameters: 0 for what belongs to the weights beside it, such as their scales.
    ///   - quantised: whether this is a weight in fewer than 16 bits.
    ///   - file: for messages.
    mutating func add(
        _ tensor: String, precision: String, parameters: Int, bytes: Int, quantised: Bool, file: String
    ) throws(ModelFileError) {
        let (more, overflow) = self.parameters.addingReportingOverflow(parameters)
        let (moreBytes, bytesOverflow) = self.bytes.addingReportingOverflow(bytes)
        guard !overflow, !bytesOverflow else { throw .overflow(file: file, tensor: PlainText.short(tensor)) }
        (self.parameters, self.bytes) = (more, moreBytes)
        tensors += 1
        if parameters > 0 { byPrecision[precision, default: 0] += parameters }
        self.quantised = self.quantised || quantised
    }

    mutating func add(_ other: Tally, file: String) throws(ModelFileError) {
        let (more, overflow) = parameters.addingReportingOverflow(other.parameters)
        let (moreBytes, bytesOverflow) = bytes.addingReportingOverflow(other.bytes)
        guard !overflow, !bytesOverflow else { throw .overflow(file: file, tensor: "") }
        (parameters, bytes) = (more, moreBytes)
        tensors += other.tensors
        byPrecision.merge(other.byPrecision) { $0 + $1 }
        quantised = quantised || other.quantised
    }

    func header(_ format: ModelHeader.Format) -> ModelHeader {
        let precisions = byPrecision.map { ModelPrecision(name: $0.key, parameters: $0.value) }.sorted {
            ($1.parameters, $0.name) < ($0.parameters, $1.name)
        }
        return ModelHeader(
            format: format, parameters: parameters, weightBytes: bytes, tensors: tensors, precisions: precisions,
            quantised: quantised)
    }

    /// Numbers in a tensor; nil for more than an `Int` holds. A shape of nothing is one number.
    static func elements(_ shape: [Int]) -> Int? {
        // A nought anywhere makes nothing, whatever overflows beside it.
        if shape.contains(0) { return 0 }
        var product = 1
        for size in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: size)
            guard !overflow else { return nil }
            product = next
        }
        return product
    }

    /// Bytes that numbers of so many bits take, whole ones; nil for more than an `Int` holds.
    static func bytes(_ elements: Int, bits: Int) -> Int? {
        let (total, overflow) = elements.multipliedReportingOverflow(by: bits)
        guard !overflow, total <= Int.max - 7 else { return nil }
        return (total + 7) / 8
    }
}
