import ModelFiles
import Testing

@Suite("config.json: how a model is built")
struct ConfigTests {
    private func header(_ config: String) throws -> ModelHeader {
        let place = try Place()
        try place.write(config, "config.json")
        try place.write(SafetensorsMaker.file([.init("a", "BF16", [4])]), "model.safetensors")
        return try ModelFile.read(path: place.path)
    }

    private func trouble(_ config: [UInt8]) throws -> ModelFileError? {
        let place = try Place()
        try place.write(config, "config.json")
        try place.write(SafetensorsMaker.file([.init("a", "BF16", [4])]), "model.safetensors")
        return Place.trouble(place.path)
    }

    @Test("a llama") func llama() throws {
        let found = try header(
            #"""
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32,
             "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256,
             "max_position_embeddings": 131072, "rope_scaling": {"factor": 8.0, "hidden_size": 1},
             "x": [0.0, Infinity, NaN],
             "y": -Infinity, "torch_dtype": "bfloat16", "tie_word_embeddings": false, "pad_token_id": null}
            """#)
        #expect(found.architecture == "llama")
        #expect(found.kind == .decoder)
        #expect(found.layers == 32)
        #expect(found.hidden == 4096)
        #expect(found.intermediate == 14_336)
        #expect(found.heads == 32)
        #expect(found.keyValueHeads == 8)
        #expect(found.headWidth == 128)
        #expect(found.vocabulary == 128_256)
        #expect(found.context == 131_072)
        #expect(found.experts == nil)
        #expect(!found.quantised)
    }

    @Test("older names, experts, and a width that is stated") func names() throws {
        let gpt = try header(
            #"{"model_type":"gpt2","n_embd":768,"n_layer":12,"n_head":12,"n_inner":null,"n_positions":1024}"#)
        #expect([gpt.hidden, gpt.layers, gpt.heads, gpt.keyValueHeads, gpt.context] == [768, 12, 12, 12, 1024])
        #expect(gpt.intermediate == nil)
        let experts = try header(
            #"{"num_local_experts":8,"num_experts_per_tok":2,"head_dim":256,"hidden_size":10,"num_attention_heads":3}"#)
        #expect([experts.experts, experts.expertsPerToken, experts.headWidth] == [8, 2, 256])
        let latent = try header(#"{"kv_lora_rank":512,"qk_rope_head_dim":64}"#)
        #expect(latent.latentWidth == 576)
        let falcon = try header(
            #"{"num_attention_heads":71,"num_kv_heads":71,"multi_query":true,"new_decoder_architecture":false}"#)
        #expect(falcon.keyValueHeads == 1)
    }

    @Test("encoders, and models of two halves") func kinds() throws {
        #expect(try header(#"{"model_type":"bert","architectures":["BertForMaskedLM"]}"#).kind == .encoder)
        let flan = try header(
            #"{"is_encoder_decoder":true,"d_model":512,"num_layers":6,"num_decoder_layers":8,"d_kv":64}"#)
        #expect(flan.kind == .encoderDecoder)
        #expect(flan.layers == 14)
        let bart = try header(
            #"{"is_encoder_decoder":true,"encoder_layers":12,"decoder_layers":12,"num_hidden_layers":12}"#)
        #expect(bart.layers == 24)
        #expect(try header(#"{"model_type":"new"}"#).kind == nil)
    }

    @Test("of a model that sees too, the part that writes") func nested() throws {
        let found = try header(
            #"""
            {"model_type":"llava","architectures":["LlavaForConditionalGeneration"],"vocab_size":7,
             "vision_config":{"hidden_size":1024},
             "text_config":{"hidden_size":4096,"num_hidden_layers":32,"model_type":"llama"}}
            """#)
        #expect(found.architecture == "llava")
        #expect(found.hidden == 4096)
        #expect(found.layers == 32)
        #expect(found.vocabulary == 7)
    }

    @Test("values of other types are passed over") func wrongTypes() throws {
        let found = try header(
            #"""
            {"hidden_size":"4096","num_hidden_layers":[32],"num_attention_heads":{"a":1},"vocab_size":-5,
             "intermediate_size":1e9,"max_position_embeddings":99999999999999999999999,"architectures":"Llama",
             "model_type":5,
             "text_config":null,"quantization_config":[],"num_key_value_heads":true,"head_dim":0,
             "num_local_experts":4294967296}
            """#)
        var bare = try header("{}")
        bare.architecture = found.architecture
        #expect(found == bare)
        #expect(found.architecture == nil)
    }

    @Test("a word on quantisation counts, whatever the tensors are") func quantised() throws {
        #expect(try header(#"{"quantization_config":{"quant_method":"new"}}"#).quantised)
    }

    @Test("of a name that comes twice, the last counts") func twice() throws {
        #expect(try header(#"{"hidden_size":1,"hidden_size":2}"#).hidden == 2)
    }

    @Test(
        "what is no JSON is an error, and says where",
        arguments: [
            "", "{", "nul", "{\"a\" 1}", "{\"a\":1,}", "[1]", "{} {}", "{\"a\":-}", "{\"a\":tru}", "\u{FEFF}{}",
            "{\"a\":01}", "{\"a\":1.}", "{\"a\":1e+}", "{\"a\":.5}", "{\"a\":1.2.3}",
        ])
    func broken(config: String) throws {
        let found = try trouble(Array(config.utf8))
        #expect(found?.kind == "malformed")
        #expect(found?.description.contains("config.json") ?? false)
    }

    @Test("100,000 lists or objects in one another", arguments: ["[", #"{"text_config":"#, #"{"a":"#])
    func deep(brace: String) throws {
        #expect(try trouble(Array((#"{"a":"# + String(repeating: brace, count: 100_000)).utf8))?.kind == "tooMany")
    }

    @Test("a configuration of 5 MiB is not read") func large() throws {
        #expect(try trouble([UInt8](repeating: 0x20, count: 5 << 20))?.kind == "tooLarge")
    }

    @Test("cut anywhere, it is an error") func truncated() throws {
        let whole = Array(#"{"hidden_size":4096,"text_config":{"n":[1,-2.5e3,"ä\n"],"b":true}}"#.utf8)
        for length in 0..<whole.count { #expect(try trouble(Array(whole[..<length]))?.kind == "malformed") }
        #expect(try trouble(whole) == nil)
    }
}
