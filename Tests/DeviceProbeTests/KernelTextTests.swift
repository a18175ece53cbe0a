@testable import DeviceProbe
import Glibc
import Testing

@Suite struct KernelTextTests {
    struct Module: Sendable, CustomTestStringConvertible {
        let file: String
        let text: String
        let names: [String]
        var testDescription: String { file }
    }

    static let modules = [
        Module(file: "probe.ptx", text: CUDAKernels.text, names: CUDAKernels.names),
        Module(file: "networks.ptx", text: CUDANetworkKernels.text, names: CUDANetworkKernels.names),
    ]

    @Test(arguments: modules) func theKernelsAreTheFileBesideTheirDeclarations(module: Module) throws {
        let file = try #require(fopen("\(BuildFolder.repository)/Sources/CCUDA/Kernels/\(module.file)", "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        #expect(String(decoding: bytes[..<count], as: UTF8.self) == module.text)
    }

    @Test(arguments: modules) func oldDriversAndOldGPUsCanUseThem(module: Module) {
        let lines = module.text.split(separator: "\n").map(String.init)
        #expect(lines.contains(".version 6.0"))
        #expect(lines.contains(".target sm_50"))
        #expect(lines.contains(".address_size 64"))
        let entries = lines.filter { $0.hasPrefix(".visible .entry ") }.map { $0.dropFirst(16).prefix { $0 != "(" } }
        #expect(entries.map(String.init) == module.names)
        #expect(module.text.utf8.allSatisfy { $0 < 128 })
    }

    private static let assembler: String? = {
        let named = getenv("CARREL_PTXAS").map { String(cString: $0) } ?? "ptxas"
        return Glibc.system("'\(named)' --version >/dev/null 2>&1") == 0 ? named : nil
    }()

    @Test(
        .enabled(if: assembler != nil, "ptxas is not installed; CARREL_PTXAS names it: pip download nvidia-cuda-nvcc-cu12"),
        arguments: ["sm_50", "sm_70", "sm_80", "sm_90", "sm_100"], modules)
    func nvidiasAssemblerTakesThem(architecture: String, module: Module) throws {
        let scratch = try Scratch(), assembler = try #require(Self.assembler)
        try scratch.write("probe.ptx", module.text)
        let command =
            "'\(assembler)' --warning-as-error -arch=\(architecture) -o '\(scratch.path)/out' '\(scratch.path)/probe.ptx'"
        // An assembler of another age doesn't know every architecture.
        if Glibc.system("'\(assembler)' --help | grep -q \(architecture)") != 0 {
            print("ptxas does not know \(architecture): not tried")
            return
        }
        #expect(Glibc.system(command) == 0)
    }
}
