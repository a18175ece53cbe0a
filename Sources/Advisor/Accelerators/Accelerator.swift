package import FleetModel

/// What a vendor's data sheet says of a model of accelerator. A missing figure is one that was not published or does not apply.
package struct Accelerator: Hashable, Sendable {
    package let name: String
    package let vendor: String
    package let segment: Segment
    package let architecture: String
    /// When it could first be bought.
    package let year: Int
    /// CUDA cores or stream processors.
    package let cores: Int?
    package let tensorCores: Int?
    package let boostMegahertz: Int?
    package let rates: Rates
    package let memory: MemoryBytes
    /// Bytes a second between its memory and its processors.
    package let bandwidth: Double
    /// The last cache before its memory.
    package let cache: MemoryBytes?
    package let watts: Double?
    /// Of the slot; nil: it sits on a module of its own.
    package let pcieGeneration: Int?
    /// Bytes a second to other accelerators, both directions together.
    package let linkBandwidth: Double?
    package let computeCapability: String?
    /// `10de:2684`, lower case.
    package let pciIDs: [String]
    package let price: Cost?
    /// Of the price.
    package let priceYear: Int?
    package let note: String?
    package let source: String

    /// Whom it is sold to.
    package enum Segment: String, CaseIterable, Sendable {
        case entry, consumer, workstation, datacentre
        /// Not for sale, or not a GPU: stands there to be compared with.
        case reference
    }

    /// Operations a second at most, dense, a multiplication and an addition being two. Tensor rates of FP16 and BF16 are those
    /// that add in FP32, as training does.
    package struct Rates: Hashable, Sendable {
        package let fp64: Double?
        package let fp32: Double?
        package let fp16: Double?
        package let tensorTF32: Double?
        package let tensorFP16: Double?
        package let tensorBF16: Double?
        package let tensorFP8: Double?
        package let tensorINT8: Double?
    }

    /// `NVIDIA A100 PCIe 80GB`.
    package var fullName: String { name.hasPrefix(vendor) ? name : "\(vendor) \(name)" }

    /// Frameworks have builds for it other than those for CUDA.
    package var needsROCm: Bool { vendor == "AMD" }

    /// Soldered or pressed onto a server's board, and not a card for a slot.
    package var isModule: Bool {
        let words = name.split(separator: " ")
        if words.contains(where: { $0.hasPrefix("SXM") || $0 == "OAM" }) { return true }
        return ["GB200", "GH200", "B200", "B300", "Instinct MI250", "Instinct MI3"].contains { name.hasPrefix($0) }
    }

    /// Whether so many of them in one machine reach one another by links of their own: a bridge joins two cards, and boards for
    /// modules join all.
    package func areLinked(_ count: Int) -> Bool { linkBandwidth != nil && (isModule || count <= 2) }

    /// What products of matrices reach at most in this precision, with the unit that frameworks choose for it: tensor cores
    /// where there are some, else the ordinary cores. Where FP16 is slower than FP32 frameworks' mixed precision runs at the
    /// rate of FP32. nil: neither is known.
    package func matrixRate(_ precision: Precision) -> Double? {
        let rates = rates
        let plain = rates.fp32
        switch precision {
        case .fp32: return rates.tensorTF32 ?? plain
        case .fp16: return rates.tensorFP16 ?? larger(rates.fp16, plain)
        case .bf16: return rates.tensorBF16 ?? rates.tensorFP16 ?? plain
        case .fp8: return rates.tensorFP8 ?? matrixRate(.bf16)
        case .int8: return rates.tensorINT8 ?? rates.tensorFP8 ?? matrixRate(.fp16)
        }
    }

    /// What large products of matrices reach of that rate, of what NVIDIA's reach of theirs, which is 0.8: 0.51 and 0.60 of it were
    /// measured on MI300X and MI325X, 0.68 on MI355X, 0.73 to 0.87 on A100 to B300 (S. Bekman, Machine Learning Engineering, "maximum
    /// achievable matmul FLOPS"). What else AMD makes is taken as CDNA 3 is.
    package var reach: Double {
        guard needsROCm else { return 1 }
        return architecture == "CDNA 4" ? 0.85 : 0.7
    }

    private func larger(_ left: Double?, _ right: Double?) -> Double? {
        guard let left, let right else { return left ?? right }
        return max(left, right)
    }
}

/// The numbers that a program computes with.
package enum Precision: String, CaseIterable, Sendable {
    /// On Ampere and newer frameworks multiply these as TF32.
    case fp32
    case fp16, bf16, fp8, int8

    /// Of one number.
    package var bytes: Int {
        switch self {
        case .fp32: 4
        case .fp16, .bf16: 2
        case .fp8, .int8: 1
        }
    }
}
