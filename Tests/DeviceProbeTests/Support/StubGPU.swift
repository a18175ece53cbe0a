import DeviceProbe
import FleetModel
import Glibc
import Testing

/// A machine with an NVIDIA driver that does what a test says. Probes run in child processes, as in the product.
struct StubGPU {
    let scratch: Scratch
    private let library: String

    static let key = DeviceKey("GPU-6d1f0000-0000-0000-0000-0000000000aa")
    static let slice = DeviceKey("MIG-8c000000-0000-0000-0000-0000000000bb")

    /// An ordinary GPU of 256 MiB, and a slice that only those see who name it.
    static let healthy = """
        gpu 0 uuid 6d1f00000000000000000000000000aa
        gpu 0 name NVIDIA Stand-in
        gpu 0 pci 0000:3B:00.0
        gpu 0 memory 268435456
        gpu 1 uuid 8c0000000000000000000000000000bb
        gpu 1 name NVIDIA Stand-in MIG 1g.10gb
        gpu 1 pci 0000:3B:00.0
        gpu 1 hidden

        """

    /// - Parameter facts: lines of the stub's state file, before those of an ordinary GPU; `cuda_stub.c` says what they mean.
    init(_ facts: String = "", gpus: String = healthy) throws {
        scratch = try Scratch()
        library = try Self.library.get()
        try set(facts, gpus: gpus)
    }

    /// Changes the machine.
    func set(_ facts: String, gpus: String = healthy) throws { try scratch.write("state", facts + "\n" + gpus) }

    var environment: [String: String] {
        // A child that is made to crash shall not fill the tests' output.
        [
            "CARREL_CUDA_LIBRARY": library, "CARREL_CUBLAS_LIBRARY": library, "CARREL_CUDNN_LIBRARY": library,
            "CUDA_STUB_STATE": "\(scratch.path)/state", "SWIFT_BACKTRACE": "enable=no",
        ]
    }

    static var prober: String { get throws { "\(try BuildFolder.path)/device-prober" } }

    func process() throws -> DeviceProbeProcess {
        DeviceProbeProcess(executable: try Self.prober, arguments: [], environment: environment)
    }

    static func device(_ key: DeviceKey = key, pci: String? = "0000:3b:00.0", minor: Int? = nil) -> Device {
        Device(key: key, model: "NVIDIA Stand-in", memory: MemoryBytes(268_435_456), minor: minor, pciAddress: pci)
    }

    /// One probe by a process of its own. A busy machine may take long to start one.
    func probe(_ device: Device = StubGPU.device(), bytes: Int = 8 << 20) async throws -> ProbeOutcome {
        try await process().probe(device, budget: .seconds(60), bytes: bytes, deadline: .seconds(120))
    }

    /// Any order, by a process of its own.
    func answer(_ order: ProbeOrder) async throws -> ProbeAnswer {
        try #require(await process().answer(to: order, deadline: .seconds(120)), "no answer to \(order.words)")
    }

    private struct BuildFailure: Error, CustomStringConvertible {
        let description: String
    }

    private static let library: Result<String, BuildFailure> = {
        guard Glibc.system("command -v cc >/dev/null") == 0 else {
            return .failure(BuildFailure(description: "no C compiler: apt-get install gcc libc6-dev"))
        }
        guard let folder = try? BuildFolder.path else { return .failure(BuildFailure(description: "no build folder")) }
        let sources = "\(BuildFolder.tests)/Stubs/cuda"
        // Made under another name first: another run of the tests may be using the one that is there.
        let library = "\(folder)/cuda-stub.so", new = "\(library).\(getpid())"
        let command =
            "cc -std=gnu11 -O2 -Wall -Wextra -Werror -shared -fPIC -o '\(new)' '\(sources)'/cuda_stub*.c -lm"
        guard Glibc.system(command) == 0 else { return .failure(BuildFailure(description: "failed: \(command)")) }
        guard rename(new, library) == 0 else { return .failure(BuildFailure(description: "can't write \(library)")) }
        return .success(library)
    }()
}
