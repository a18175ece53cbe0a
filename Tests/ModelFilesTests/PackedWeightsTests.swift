import ModelFiles
import Testing

@Suite("Packed weights: parameters are counted, their scales are not")
struct PackedWeightsTests {
    private typealias Tensor = SafetensorsMaker.Tensor

    private func header(_ tensors: [Tensor], config: String? = nil) throws -> ModelHeader {
        let place = try Place()
        if let config { try place.write(config, "config.json") }
        try place.write(SafetensorsMaker.file(tensors), "model.safetensors")
        return try ModelFile.read(path: place.path)
    }

    @Test("GPTQ in 4 bits without a word, and in 8, 3 and 2 by its configuration", arguments: [nil, 8, 3, 2])
    func gptq(bits: Int?) throws {
        let size = bits ?? 4
        let found = try header(
            [
                Tensor("q.qweight", "I32", [96 * size / 32, 64]), Tensor("q.qzeros", "I32", [1, 8]),
                Tensor("q.scales", "F16", [1, 64]), Tensor("q.g_idx", "I32", [96]), Tensor("norm.weight", "F16", [64]),
            ], config: bits.map { #"{"quantization_config":{"bits":\#($0),"quant_method":"gptq"}}"# })
        #expect(found.parameters == 96 * 64 + 64)
        #expect(found.precisions.first == ModelPrecision(name: "I\(size)", parameters: 96 * 64))
        #expect(found.quantised)
        #expect(found.tensors == 5)
        #expect(found.weightBytes == 96 * 64 * size / 8 + 32 + 128 + 384 + 128)
    }

    @Test("scales without a packed weight beside them are parameters") func loneScales() throws {
        #expect(try header([Tensor("a.scales", "F16", [64]), Tensor("b.absmax", "F32", [2])]).parameters == 66)
    }

    @Test("bitsandbytes in 4 bits keeps two in a byte") func bitsAndBytes() throws {
        let found = try header([
            Tensor("a.weight", "U8", [2048, 1]), Tensor("a.weight.absmax", "U8", [64]),
            Tensor("a.weight.nested_absmax", "F32", [1]), Tensor("a.weight.nested_quant_map", "F32", [256]),
            Tensor("a.weight.quant_map", "F32", [16]), Tensor("a.weight.quant_state.bitsandbytes__nf4", "U8", [94]),
            Tensor("a.bias", "BF16", [64]),
        ])
        #expect(found.parameters == 4096 + 64)
        #expect(found.precisions.map(\.name) == ["NF4", "BF16"])
        #expect(found.quantised)
    }

    @Test("bitsandbytes in 8 bits, and block-wise F8, have their scales beside them") func eightBits() throws {
        let found = try header([
            Tensor("a.weight", "I8", [64, 64]), Tensor("a.SCB", "F32", [64]), Tensor("a.weight_format", "U8", []),
            Tensor("b.weight", "F8_E4M3", [128, 128]), Tensor("b.weight_scale_inv", "F32", [1, 1]),
        ])
        #expect(found.parameters == 64 * 64 + 128 * 128)
        #expect(found.quantised)
    }

    @Test("compressed-tensors, MLX, MXFP4 and NVFP4") func others() throws {
        let packed = try header(
            [
                Tensor("a.weight_packed", "I32", [64, 8]), Tensor("a.weight_scale", "BF16", [64, 1]),
                Tensor("a.weight_shape", "I64", [2]),
            ],
            config: #"{"quantization_config":{"config_groups":{"group_0":{"weights":{"num_bits":8}}}}}"#)
        #expect(packed.precisions == [ModelPrecision(name: "I8", parameters: 64 * 32)])
        let apple = try header(
            [
                Tensor("a.weight", "U32", [64, 8]), Tensor("a.scales", "F16", [64, 1]),
                Tensor("a.biases", "F16", [64, 1]),
            ],
            config: #"{"quantization":{"bits":4,"group_size":64}}"#)
        #expect(apple.precisions == [ModelPrecision(name: "I4", parameters: 64 * 64)])
        let open = try header([
            Tensor("e.down_proj_blocks", "U8", [2, 3, 16]), Tensor("e.down_proj_scales", "U8", [2, 3]),
        ])
        #expect(open.precisions == [ModelPrecision(name: "MXFP4", parameters: 192)])
        let nvidia = try header([
            Tensor("a.weight", "U8", [4, 8]), Tensor("a.weight_scale", "F8_E4M3", [4, 1]),
            Tensor("a.weight_scale_2", "F32", []), Tensor("a.input_scale", "F32", []),
        ])
        #expect(nvidia.precisions == [ModelPrecision(name: "NVFP4", parameters: 64)])
    }

    @Test("bits that can't be are passed over", arguments: ["0", "-4", "64", "\"4\"", "null", "4.5"])
    func nonsense(bits: String) throws {
        let found = try header(
            [Tensor("q.qweight", "I32", [8, 8])], config: #"{"quantization_config":{"bits":\#(bits)}}"#)
        #expect(found.parameters == 512)
    }
}
