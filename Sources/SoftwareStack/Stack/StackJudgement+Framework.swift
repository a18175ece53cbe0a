extension StackJudgement {
    static func environment(_ facts: StackFacts) -> [StackFinding] {
        switch facts.environment {
        case nil: []
        case .noPython(let folder): [StackFinding("environment", .bad, "no Python starts in \(folder)", .noPython)]
        case .late(let seconds): [StackFinding("framework", .bad, "no answer within \(seconds) s", .frameworkSilent)]
        case .crashed: [StackFinding("framework", .bad, "it ended without an answer", .frameworkBroken)]
        case .frameworks(let all) where all.isEmpty:
            [StackFinding("framework", .bad, "neither PyTorch, TensorFlow nor JAX", .noFramework)]
        case .frameworks(let all): all.map { framework($0, facts) }
        }
    }

    private static func framework(_ framework: FrameworkFacts, _ facts: StackFacts) -> StackFinding {
        let name = "\(framework.name) \(framework.version)"
        func finding(_ state: StackFinding.State, _ words: String, _ cause: StackCause? = nil) -> StackFinding {
            StackFinding(name, state, words, cause, framework: framework.name)
        }
        let said = framework.failure.map { ": \($0)" } ?? ""
        guard framework.isLoaded else { return finding(.bad, "can't be loaded" + said, .frameworkBroken) }
        guard let cuda = framework.cuda else { return finding(.bad, "built without CUDA", .processorBuild) }
        let parts = ["CUDA \(cuda)", framework.cudnn.map { "cuDNN \($0)" }, framework.nccl.map { "NCCL \($0)" }]
        let built = "built with " + parts.compactMap { $0 }.joined(separator: ", ")
        if let misfit = misfit(framework) { return finding(.bad, built + "; \(misfit.words)", misfit.cause) }
        if framework.devices > 0 {
            return finding(.good, built + "; sees \(framework.devices) \(framework.devices == 1 ? "GPU" : "GPUs")")
        }
        if let driver = facts.driver, let major = framework.cudaMajor, let least = DriverVersion.least(forCUDA: major),
            driver.parts[0] < least
        {
            return finding(
                .bad, built + "; CUDA \(major) needs a driver from \(least) on, and this is \(driver)", .driverTooOld)
        }
        // What is wrong below it explains that it sees none.
        let isExplained = facts.driver == nil || facts.gpusOfDriver == 0 || lowerFault(facts)
        return isExplained
            ? finding(.unknown, built + "; sees no GPU, which the lines above explain")
            : finding(.bad, built + "; sees no GPU" + said, .seesNone)
    }

    private static func lowerFault(_ facts: StackFacts) -> Bool {
        var below = facts
        below.environment = nil
        return findings(below).contains { $0.state == .bad }
    }

    /// A GPU that the build has no code for. What it does not say is no fault.
    private static func misfit(_ framework: FrameworkFacts) -> (words: String, cause: StackCause)? {
        let codes = framework.architectures.compactMap(Architecture.init)
        guard !codes.isEmpty else { return nil }
        for capability in framework.capabilities where !codes.contains(where: { $0.runs(on: capability) }) {
            let words = "it has no code for compute capability \(capability / 10).\(capability % 10)"
            let isOld = codes.allSatisfy { $0.capability > capability }
            return (words, isOld ? .gpuTooOld : .gpuTooNew)
        }
        return nil
    }
}

/// What some code was compiled for.
///
/// Source: NVIDIA, CUDA programming guide, binary and PTX compatibility: `sm_XY` runs on the same major version from Y on,
/// `sm_XYa` on just that one, `sm_XYf` on its family, `compute_XY` on everything from XY on.
struct Architecture: Hashable {
    let capability: Int
    private let isIntermediate: Bool
    private let isExact: Bool

    /// nil: it is something else, such as `gfx90a`.
    init?(_ text: String) {
        let words = text.split(separator: "_")
        guard words.count == 2, ["sm", "compute"].contains(words[0]) else { return nil }
        let digits = words[1].prefix { ("0"..."9").contains($0) }
        guard let number = Int(digits), words[1].count - digits.count <= 1 else { return nil }
        capability = number
        isIntermediate = words[0] == "compute"
        isExact = words[1].last == "a"
    }

    func runs(on device: Int) -> Bool {
        if isExact { return device == capability }
        if isIntermediate { return device >= capability }
        return device / 10 == capability / 10 && device >= capability
    }
}
