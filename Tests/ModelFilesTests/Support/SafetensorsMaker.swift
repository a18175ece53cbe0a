/// Safetensors files for tests, of noughts.
enum SafetensorsMaker {
    struct Tensor {
        let name: String
        let type: String
        let shape: [Int]

        init(_ name: String, _ type: String, _ shape: [Int]) {
            (self.name, self.type, self.shape) = (name, type, shape)
        }

        var bytes: Int { (shape.reduce(1, *) * bits + 7) / 8 }

        private var bits: Int {
            switch type {
            case "F4": 4
            case "F64", "I64": 64
            case "F32", "I32", "U32": 32
            case "F16", "BF16": 16
            default: 8
            }
        }
    }

    static func file(_ tensors: [Tensor], metadata: String? = nil) -> [UInt8] {
        var place = 0
        var lines: [String] = metadata.map { [#""__metadata__":\#($0)"#] } ?? []
        for tensor in tensors {
            lines.append(
                #""\#(tensor.name)":{"dtype":"\#(tensor.type)","shape":\#(tensor.shape),"#
                    + #""data_offsets":[\#(place),\#(place + tensor.bytes)]}"#)
            place += tensor.bytes
        }
        return file(header: "{\(lines.joined(separator: ","))}", data: place)
    }

    /// - Parameter data: bytes behind the header.
    static func file(header: String, data: Int) -> [UInt8] {
        UInt64(header.utf8.count).littleBytes + Array(header.utf8) + [UInt8](repeating: 0, count: data)
    }
}
