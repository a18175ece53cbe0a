/// What somebody wants to do with a model.
package struct MemoryQuestion: Hashable, Sendable {
    package var shape: ModelShape
    package var method: Method
    package var weights: WeightFormat
    /// Bytes of all weights as a file has them, for inference; nil: as `weights` says.
    package var weightBytes: Double?
    package var optimizer: Optimizer
    /// Of one device, in one step.
    package var batch: Int
    /// Tokens; with inference, those that are kept: prompt and answer.
    package var sequence: Int
    /// Pixels of an image's side; nil: what the network is made for.
    package var side: Int?
    /// Of LoRA's matrices.
    package var rank: Int
    /// Activations are computed again instead of being kept.
    package var checkpointing: Bool
    /// Attention that never writes its table of scores (FlashAttention, PyTorch's scaled_dot_product_attention).
    package var fusedAttention: Bool
    /// The loss is computed for a part of the tokens at a time.
    package var chunkedLoss: Bool
    package var devices: Int
    package var sharding: Sharding

    /// What is trained.
    package enum Method: String, CaseIterable, Sendable {
        case full, lora, qlora, inference
    }

    /// How weights lie in memory.
    package enum WeightFormat: String, CaseIterable, Sendable {
        case fp32
        /// Training keeps a copy in FP32 beside these.
        case fp16, bf16
        /// Training keeps no other copy.
        case pureBF16 = "pure-bf16"
        case int8, int4

        package var bits: Int {
            switch self {
            case .fp32: 32
            case .fp16, .bf16, .pureBF16: 16
            case .int8: 8
            case .int4: 4
            }
        }
    }

    /// What training keeps for each parameter.
    package enum Optimizer: String, CaseIterable, Sendable {
        case adamw
        case adamw8bit = "adamw-8bit"
        /// With momentum.
        case sgdMomentum = "sgd-momentum"
        case sgd, adafactor, lion

        /// Bytes a parameter.
        package var bytes: Double {
            switch self {
            case .adamw: 8
            case .adamw8bit: 2
            case .sgdMomentum, .lion: 4
            case .sgd: 0
            case .adafactor: 0.1
            }
        }
    }

    /// What each of several devices holds a part of only.
    package enum Sharding: String, CaseIterable, Sendable {
        /// Each holds all (DistributedDataParallel).
        case none
        /// The optimiser's state.
        case zero1
        /// And the gradients.
        case zero2
        /// And the weights (FSDP).
        case zero3
        /// Layers of matrices are cut, activations with them.
        case tensor
    }

    package init(
        shape: ModelShape, method: Method, weights: WeightFormat = .bf16, optimizer: Optimizer = .adamw, batch: Int = 1,
        sequence: Int = 2_048, side: Int? = nil, rank: Int = Self.usualRank, checkpointing: Bool = false,
        fusedAttention: Bool = true, chunkedLoss: Bool = false, devices: Int = 1, sharding: Sharding = .none
    ) {
        self.shape = shape
        self.method = method
        self.weights = weights
        self.optimizer = optimizer
        self.batch = batch
        self.sequence = sequence
        self.side = side
        self.rank = rank
        self.checkpointing = checkpointing
        self.fusedAttention = fusedAttention
        self.chunkedLoss = chunkedLoss
        self.devices = devices
        self.sharding = sharding
    }

    /// Between the 8 of torchtune's recipes and the 64 of QLoRA's.
    package static let usualRank = 32
}
