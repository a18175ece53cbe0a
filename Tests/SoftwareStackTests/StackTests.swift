import Testing

@testable import SoftwareStack

@Suite("Why a GPU does not work") struct StackTests {
    /// A lease of one GPU on which all is well.
    private static func good(_ change: (inout StackFacts) -> Void = { _ in }) -> StackFacts {
        var facts = StackFacts()
        facts.leasedGPUs = 1
        facts.driver = DriverVersion("550.54.14")
        facts.library = DriverVersion("550.54.14")
        facts.gpusOfDriver = 8
        facts.cudaOfDriver = 12_040
        facts.gpuNodes = ["nvidia3"]
        (facts.hasControlNode, facts.hasMemoryNode) = (true, true)
        facts.visibleDevices = "0"
        facts.environment = .frameworks([torch])
        change(&facts)
        return facts
    }

    private static let torch = FrameworkFacts(
        name: "PyTorch", version: "2.10.0", cuda: "12.8", cudnn: "9.10.2", nccl: "2.27.5", devices: 1,
        architectures: ["sm_75", "sm_80", "sm_86", "sm_90", "sm_100", "sm_120"], capabilities: [90])

    private static func with(_ change: (inout FrameworkFacts) -> Void) -> StackFacts {
        var framework = torch
        change(&framework)
        return good { $0.environment = .frameworks([framework]) }
    }

    static let table: [(String, StackFacts, [StackCause])] = [
        ("all is well", good(), []),
        (
            "no driver, and nothing else is blamed",
            good {
                $0 = StackFacts()
                $0.environment = .frameworks([FrameworkFacts(name: "PyTorch", version: "2", cuda: "12.8")])
            }, [.noDriver]
        ),
        (
            "a driver without GPUs",
            good {
                $0.gpusOfDriver = 0
                $0.gpuNodes = []
            }, [.noGPU]
        ),
        ("no libcuda", good { $0.library = nil }, [.libraryMissing]),
        ("updated and not restarted", good { $0.library = DriverVersion("580.65.06") }, [.libraryMismatch]),
        (
            "a lease without GPU",
            good {
                $0.leasedGPUs = 0
                $0.gpuNodes = []
                $0.visibleDevices = ""
            }, [.notLeased]
        ),
        ("no node", good { $0.gpuNodes = [] }, [.nodeMissing]),
        ("no nvidiactl", good { $0.hasControlNode = false }, [.nodeMissing]),
        ("no nvidia-uvm", good { $0.hasMemoryNode = false }, [.memoryNodeMissing]),
        (
            "outside a lease at grade A",
            good {
                $0.leasedGPUs = nil
                $0.closedNodes = ["nvidia3"]
            }, [.nodeClosed]
        ),
        ("hidden by an empty variable", good { $0.visibleDevices = "" }, [.hidden]),
        ("hidden by -1", good { $0.visibleDevices = "-1" }, [.hidden]),
        ("hidden by the machine's number instead of the lease's", good { $0.visibleDevices = "3" }, [.hidden]),
        ("named by UUID", good { $0.visibleDevices = "GPU-1,GPU-2" }, []),
        ("without the variable", good { $0.visibleDevices = nil }, []),
        ("two CUDAs", good { $0.doubledLibraries = ["libcudart.so.12"] }, [.twoCUDAs]),
        ("no Python", good { $0.environment = .noPython(folder: "/x") }, [.noPython]),
        ("it hangs", good { $0.environment = .late(seconds: 120) }, [.frameworkSilent]),
        ("it crashes", good { $0.environment = .crashed }, [.frameworkBroken]),
        ("nothing is installed", good { $0.environment = .frameworks([]) }, [.noFramework]),
        ("no environment was looked at", good { $0.environment = nil }, []),
        (
            "it can't be imported",
            with {
                $0.isLoaded = false
                $0.failure = "libcudnn.so.9: cannot open"
            }, [.frameworkBroken]
        ),
        ("a CPU wheel", with { ($0.cuda, $0.devices) = (nil, 0) }, [.processorBuild]),
        ("a wheel of CUDA 13 on a driver of CUDA 12", with { ($0.cuda, $0.devices) = ("13.0", 0) }, [.driverTooOld]),
        ("a newer minor CUDA than the driver's own is fine", with { $0.cuda = "12.9" }, []),
        ("a GPU newer than the wheel", with { $0.capabilities = [130] }, [.gpuTooNew]),
        ("a GPU older than the wheel", with { $0.capabilities = [61] }, [.gpuTooOld]),
        ("a GPU between", with { $0.capabilities = [89] }, []),
        (
            "a newer GPU and code in between forms",
            with {
                $0.capabilities = [130]
                $0.architectures.append("compute_120")
            }, []
        ),
        (
            "code for one GPU exactly",
            with {
                $0.capabilities = [101]
                $0.architectures = ["sm_100a"]
            }, [.gpuTooNew]
        ),
        ("it sees none though all else is well", with { $0.devices = 0 }, [.seesNone]),
        (
            "it sees none since the node is missing: one cause",
            good {
                $0.gpuNodes = []
                $0.environment = .frameworks([FrameworkFacts(name: "JAX", version: "0.10", cuda: "12")])
            }, [.nodeMissing]
        ),
        (
            "two frameworks, one of them for the processor",
            good {
                $0.environment = .frameworks([torch, FrameworkFacts(name: "TensorFlow", version: "2.21.0")])
            }, [.processorBuild]
        ),
    ]

    @Test("each cause is found, and no other is blamed", arguments: table)
    func causes(name: String, facts: StackFacts, causes: [StackCause]) {
        let findings = StackJudgement.findings(facts)
        #expect(findings.compactMap(\.cause) == causes, "\(name): \(findings.map(\.words))")
        for finding in findings { #expect((finding.state == .bad) == (finding.cause != nil), "\(finding)") }
    }

    @Test("every cause is in the table, and says what it is, how it comes and what to do")
    func words() {
        let found = Self.table.flatMap(\.2)
        for cause in StackCause.allCases {
            #expect(found.contains(cause), "\(cause)")
            #expect(cause.title.count > 10 && cause.explanation.count > 40 && cause.next.count > 30, "\(cause)")
        }
    }

    @Test("the table says the versions that people ask about")
    func versions() {
        let text = StackJudgement.findings(Self.good()).map { "\($0.subject): \($0.words)" }.joined(separator: "\n")
        for part in [
            "550.54.14", "runs CUDA 12.4", "CUDA 12.8", "cuDNN 9.10.2", "NCCL 2.27.5", "PyTorch 2.10.0", "sees 1 GPU",
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
    }

    @Test("what to do about a framework names that framework")
    func nextOfAFramework() {
        var facts = StackFacts()
        facts.environment = .frameworks([
            FrameworkFacts(name: "JAX", version: "0.7", devices: 0, architectures: [], capabilities: [])
        ])
        let row = StackJudgement.findings(facts).last
        #expect(row?.cause == .processorBuild && row?.next?.contains("env create jax --with jax") == true, "\(row as Any)")
        #expect(StackCause.processorBuild.next.contains("--with pytorch"))
    }
}
