/// One line of the table: what was looked at, how it is, and why where it is wrong.
package struct StackFinding: Hashable, Sendable {
    /// `unknown` is no fault: nobody could say, or another line explains it.
    package enum State: String, Sendable {
        case good, bad, unknown
    }

    package let subject: String
    package let state: State
    package let words: String
    /// nil: nothing is wrong.
    package let cause: StackCause?
    /// The framework that it is about, as people call it.
    let framework: String?

    /// What to do; nil: nothing is wrong.
    package var next: String? { cause?.next(with: framework) }

    init(_ subject: String, _ state: State, _ words: String, _ cause: StackCause? = nil, framework: String? = nil) {
        self.framework = framework
        self.subject = subject
        self.state = state
        self.words = words
        self.cause = cause
    }
}

/// What facts mean. Unknown is never bad.
package enum StackJudgement {
    /// From the machine up to the framework.
    package static func findings(_ facts: StackFacts) -> [StackFinding] {
        [driver(facts), library(facts)] + nodes(facts) + [visible(facts), path(facts)].compactMap { $0 } + environment(facts)
    }

    private static func driver(_ facts: StackFacts) -> StackFinding {
        guard let driver = facts.driver else { return StackFinding("driver", .bad, "none is loaded", .noDriver) }
        guard facts.gpusOfDriver > 0 else { return StackFinding("driver", .bad, "\(driver), and no GPU", .noGPU) }
        let cuda =
            facts.cudaOfDriver.map { "CUDA \($0 / 1_000).\($0 % 1_000 / 10)" }
            ?? driver.newestCUDA.map { "CUDA \($0)" }
        return StackFinding(
            "driver", .good,
            "\(driver), \(facts.gpusOfDriver) \(facts.gpusOfDriver == 1 ? "GPU" : "GPUs")"
                + (cuda.map { ", runs \($0)" } ?? ""))
    }

    private static func library(_ facts: StackFacts) -> StackFinding {
        guard let library = facts.library else {
            return facts.driver == nil
                ? StackFinding("driver library", .unknown, "not there")
                : StackFinding("driver library", .bad, "libcuda.so.1 is not there", .libraryMissing)
        }
        if let driver = facts.driver, driver != library {
            return StackFinding(
                "driver library", .bad, "\(library), while the kernel's part is \(driver)", .libraryMismatch)
        }
        return StackFinding("driver library", .good, "libcuda \(library)")
    }

    private static func nodes(_ facts: StackFacts) -> [StackFinding] {
        // Without a driver there are none, which is no second fault.
        guard facts.driver != nil, facts.gpusOfDriver > 0 else { return [] }
        if let leased = facts.leasedGPUs, leased == 0 {
            return [StackFinding("device nodes", .bad, "the lease holds no GPU", .notLeased)]
        }
        var found: [StackFinding] = []
        if facts.gpuNodes.isEmpty || !facts.hasControlNode {
            let missing = facts.hasControlNode ? "no GPU's node is in /dev" : "/dev/nvidiactl is missing"
            found.append(StackFinding("device nodes", .bad, missing, .nodeMissing))
        } else if !facts.closedNodes.isEmpty {
            found.append(
                StackFinding(
                    "device nodes", .bad, "\(facts.closedNodes.joined(separator: ", ")) can't be opened", .nodeClosed))
        } else if let leased = facts.leasedGPUs, facts.gpuNodes.count < leased {
            // A MIG slice's lease holds slices of fewer GPUs.
            found.append(
                StackFinding(
                    "device nodes", .unknown, "\(facts.gpuNodes.count) for a lease of \(leased): right for MIG slices"))
        } else {
            found.append(StackFinding("device nodes", .good, facts.gpuNodes.joined(separator: ", ")))
        }
        if !facts.hasMemoryNode {
            found.append(StackFinding("/dev/nvidia-uvm", .bad, "not there", .memoryNodeMissing))
        }
        return found
    }

    private static func visible(_ facts: StackFacts) -> StackFinding? {
        guard let text = facts.visibleDevices else { return nil }
        let name = "CUDA_VISIBLE_DEVICES"
        // The first that is not there hides itself and all that follow.
        guard let first = text.split(separator: ",", omittingEmptySubsequences: false).first, !first.isEmpty else {
            return facts.leasedGPUs == 0 ? nil : StackFinding(name, .bad, "empty: no GPU", .hidden)
        }
        if let number = Int(first), number < 0 || !facts.gpuNodes.isEmpty && number >= facts.gpuNodes.count {
            return StackFinding(name, .bad, "“\(text)”, and the GPUs count from 0", .hidden)
        }
        return StackFinding(name, .good, text)
    }

    private static func path(_ facts: StackFacts) -> StackFinding? {
        guard !facts.doubledLibraries.isEmpty else { return nil }
        return StackFinding(
            "LD_LIBRARY_PATH", .bad, "also holds \(facts.doubledLibraries.joined(separator: ", "))", .twoCUDAs)
    }
}
