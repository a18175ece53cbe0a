package import SoftwareStack
import Foundation
import Glibc

/// Looks at everything between a GPU and a framework, as this process sees it: outside a lease, or in one.
package struct StackProbe {
    private let root: String
    private let variables: [String: String]

    /// How long a framework may take to load and to answer.
    private static let patience = 120

    /// - Parameter root: where `/proc` and `/dev` are.
    package init(root: String = "", variables: [String: String] = ProcessInfo.processInfo.environment) {
        self.root = root
        self.variables = variables
    }

    /// - Parameter folder: the environment's; nil: what `VIRTUAL_ENV` or `CONDA_PREFIX` says, and else none is looked at.
    package func facts(environment folder: String?) -> StackFacts {
        var facts = StackFacts()
        facts.leasedGPUs = variables["CARREL_LEASE_ID"].map { _ in
            (variables["CARREL_GPU_UUIDS"] ?? "").split(separator: ",").count
        }
        facts.driver = text("/proc/driver/nvidia/version").flatMap { DriverVersion(procText: $0) }
        facts.gpusOfDriver = names("/proc/driver/nvidia/gpus").count
        let nodes = names("/dev").filter { $0.hasPrefix("nvidia") }
        facts.gpuNodes = nodes.filter { Int($0.dropFirst("nvidia".count)) != nil }.sorted()
        facts.hasControlNode = nodes.contains("nvidiactl")
        facts.hasMemoryNode = nodes.contains("nvidia-uvm")
        facts.closedNodes = nodes.filter {
            (Int($0.dropFirst("nvidia".count)) != nil || $0 == "nvidiactl") && access("\(root)/dev/\($0)", R_OK | W_OK) != 0
        }.sorted()
        facts.visibleDevices = variables["CUDA_VISIBLE_DEVICES"]
        facts.doubledLibraries = doubledLibraries(besides: folder ?? active)
        let asked = ask(folder ?? active)
        facts.library = asked?.library.flatMap { DriverVersion($0) }
        facts.cudaOfDriver = asked?.driverCUDA
        facts.environment = (folder ?? active).map { answer(of: asked, $0) }
        return facts
    }

    private var active: String? { variables["VIRTUAL_ENV"] ?? variables["CONDA_PREFIX"] }

    private func text(_ path: String) -> String? { try? String(contentsOfFile: root + path, encoding: .utf8) }

    private func names(_ path: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: root + path)) ?? []
    }

    /// Libraries of CUDA's in folders of `LD_LIBRARY_PATH`: twice there, or beside those that the environment brings.
    private func doubledLibraries(besides folder: String?) -> [String] {
        let kinds = ["libcudart.so.", "libcudnn.so.", "libcublas.so.", "libnccl.so."]
        var places: [String: Set<String>] = [:]
        for path in (variables["LD_LIBRARY_PATH"] ?? "").split(separator: ":").map(String.init) where path.hasPrefix("/") {
            guard folder.map({ !path.hasPrefix($0 + "/") }) ?? true else { continue }
            let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
            for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
                guard let kind = kinds.first(where: { name.hasPrefix($0) }) else { continue }
                places[String(kind.dropLast()), default: []].insert(real)
            }
        }
        let brought = folder.map(bringsCUDA) ?? false
        return places.filter { brought || $0.value.count > 1 }.flatMap { kind, folders in folders.map { "\($0)/\(kind)" } }
            .sorted()
    }

    /// Whether an environment's packages hold CUDA libraries of their own.
    private func bringsCUDA(_ folder: String) -> Bool {
        let lib = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/lib")) ?? []
        return lib.contains { FileManager.default.fileExists(atPath: "\(folder)/lib/\($0)/site-packages/nvidia") }
    }

    // MARK: - Asking Python

    private enum Asked {
        case noPython
        case late
        case crashed
        case answer(StackAnswer)

        var library: String? {
            if case .answer(let answer) = self { answer.library } else { nil }
        }
        var driverCUDA: Int? {
            if case .answer(let answer) = self { answer.driverCUDA } else { nil }
        }
    }

    /// In a child: a framework may hang or crash in the driver. Without an environment the system's Python tells of the driver.
    private func ask(_ folder: String?) -> Asked? {
        let python = folder.map { "\($0)/bin/python" } ?? "/usr/bin/python3"
        guard access(python, X_OK) == 0 else { return folder.map { _ in .noPython } }
        let began = ContinuousClock.now
        let words = [python, "-c", StackQuestion.script] + (folder == nil ? ["driver"] : [])
        guard let data = ChildProgram(words: words, environment: variables).output(within: Double(Self.patience)) else {
            return .now - began >= .seconds(Self.patience) ? .late : .crashed
        }
        // What a framework prints comes before.
        let line = data.split(separator: UInt8(ascii: "\n")).last.map { Data($0) } ?? Data()
        return (try? JSONDecoder().decode(StackAnswer.self, from: line)).map { .answer($0) } ?? .crashed
    }

    private func answer(of asked: Asked?, _ folder: String) -> EnvironmentAnswer {
        switch asked {
        case nil, .noPython: .noPython(folder: folder)
        case .late: .late(seconds: Self.patience)
        case .crashed: .crashed
        case .answer(let answer): .frameworks(answer.frameworks.map(\.facts))
        }
    }
}

/// What the script prints.
struct StackAnswer: Decodable {
    struct Framework: Decodable {
        let name: String
        let version: String
        let cuda: String?
        let cudnn: String?
        let nccl: String?
        let devices: Int
        let architectures: [String]
        let capabilities: [Int]
        let failure: String?
        let loaded: Bool

        var facts: FrameworkFacts {
            FrameworkFacts(
                name: name, version: version, cuda: cuda, cudnn: cudnn, nccl: nccl, devices: devices,
                architectures: architectures, capabilities: capabilities, failure: failure, isLoaded: loaded)
        }
    }

    let library: String?
    let driverCUDA: Int?
    let frameworks: [Framework]
}
