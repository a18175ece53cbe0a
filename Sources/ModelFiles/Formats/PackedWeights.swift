/// Counts the parameters of safetensors, where tools keep several in one number: their names and what lies beside them
/// say which tool wrote them.
enum PackedWeights {
    /// What a tool calls a weight, and what it keeps beside it.
    private struct Family {
        /// The end of the weight's name.
        let weight: String
        let types: Set<String>
        /// One of these beside it shows the family; none are needed where the weight's own name does.
        let signs: [String]
        /// Not parameters: what is needed to read the weight.
        let companions: [String]
        /// Bits of one parameter.
        let bits: Bits
        let name: String
    }

    private enum Bits {
        /// As the configuration says, else 4.
        case configured
        case fixed(Int)
        /// Each number is one parameter.
        case whole
    }

    private static let families: [Family] = [
        // GPTQ and AWQ (AutoGPTQ, AutoAWQ, GPTQModel).
        Family(
            weight: ".qweight", types: ["I32", "U32"], signs: [],
            companions: [".qzeros", ".scales", ".g_idx", ".qscales"], bits: .configured, name: "I"),
        // compressed-tensors (vLLM): whole numbers, and NVFP4.
        Family(
            weight: ".weight_packed", types: ["I32"], signs: [],
            companions: [".weight_scale", ".weight_zero_point", ".weight_shape", ".weight_g_idx"], bits: .configured,
            name: "I"),
        Family(
            weight: ".weight_packed", types: ["U8"], signs: [],
            companions: [".weight_scale", ".weight_global_scale", ".input_global_scale"], bits: .fixed(4), name: "NVFP4"
        ),
        // MXFP4, as in gpt-oss.
        Family(
            weight: "_blocks", types: ["U8"], signs: ["_scales"], companions: ["_scales"], bits: .fixed(4),
            name: "MXFP4"),
        // NVFP4 (ModelOpt), then eight bits.
        Family(
            weight: ".weight", types: ["U8"], signs: [".weight_scale"],
            companions: [".weight_scale", ".weight_scale_2", ".input_scale"], bits: .fixed(4), name: "NVFP4"),
        Family(
            weight: ".weight", types: ["F8_E4M3", "F8_E5M2", "I8"],
            signs: [".weight_scale", ".weight_scale_inv", ".SCB"],
            companions: [".weight_scale", ".weight_scale_inv", ".input_scale", ".SCB", ".weight_format"], bits: .whole,
            name: ""),
        // MLX.
        Family(
            weight: ".weight", types: ["U32"], signs: [".scales"], companions: [".scales", ".biases"],
            bits: .configured,
            name: "I"),
    ]

    /// bitsandbytes in four bits: the weight keeps its name, and what is beside it begins with that.
    private static let bitsAndBytes = [
        ".absmax", ".quant_map", ".nested_absmax", ".nested_quant_map", ".quant_state.bitsandbytes__nf4",
        ".quant_state.bitsandbytes__fp4",
    ]

    /// - Parameter file: for messages.
    static func count(
        _ tensors: [SafetensorsTensor], _ config: ModelConfig?, of file: String
    ) throws(ModelFileError) -> Tally {
        let names = Set(tensors.map(\.name))
        var bits: [String: (bits: Int?, name: String)] = [:]
        var beside: Set<String> = []
        for tensor in tensors {
            if names.contains(tensor.name + ".absmax") {
                let isFP4 = names.contains(tensor.name + ".quant_state.bitsandbytes__fp4")
                bits[tensor.name] = (4, isFP4 ? "FP4" : "NF4")
                for companion in bitsAndBytes { beside.insert(tensor.name + companion) }
                continue
            }
            guard tensor.type != "BF16", tensor.type != "F16", tensor.type != "F32",
                let (family, base) = family(of: tensor, names)
            else { continue }
            for companion in family.companions { beside.insert(base + companion) }
            switch family.bits {
            case .whole: bits[tensor.name] = (nil, tensor.type)
            case .fixed(let fixed): bits[tensor.name] = (fixed, family.name)
            case .configured:
                let configured = config?.bits ?? 4
                bits[tensor.name] = (configured, "\(family.name)\(configured)")
            }
        }
        var tally = Tally()
        for tensor in tensors {
            let packed = bits[tensor.name]
            var parameters = beside.contains(tensor.name) && packed == nil ? 0 : tensor.elements
            if let size = packed?.bits {
                let (all, overflow) = tensor.bytes.multipliedReportingOverflow(by: 8)
                guard !overflow else { throw .overflow(file: file, tensor: PlainText.short(tensor.name)) }
                parameters = all / size
            }
            try tally.add(
                tensor.name, precision: packed?.name ?? tensor.typeName, parameters: parameters,
                bytes: tensor.bytes, quantised: packed != nil || tensor.isRounded, file: file)
        }
        return tally
    }

    private static func family(of tensor: SafetensorsTensor, _ names: Set<String>) -> (Family, base: String)? {
        for family in families where family.types.contains(tensor.type) && ends(tensor.name, with: family.weight) {
            let base = String(tensor.name.utf8.dropLast(family.weight.utf8.count)) ?? ""
            if family.signs.isEmpty || family.signs.contains(where: { names.contains(base + $0) }) {
                return (family, base)
            }
        }
        return nil
    }

    /// By bytes: comparing characters would take most of the time that reading a header takes.
    private static func ends(_ name: String, with end: String) -> Bool {
        name.utf8.count >= end.utf8.count && name.utf8.suffix(end.utf8.count).elementsEqual(end.utf8)
    }
}
