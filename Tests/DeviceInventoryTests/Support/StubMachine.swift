import DeviceInventory
import FleetModel
import Glibc
import Testing

/// A machine with an NVIDIA driver that does what a test says. Readings run in child processes, as in the product.
struct StubMachine {
    let scratch: Scratch
    private let library: String

    /// - Parameter facts: the lines of the stub's state file; `nvml_stub.c` says what they mean.
    init(_ facts: String, library: StubLibrary = .current) throws {
        scratch = try Scratch()
        self.library = try library.path
        try set(facts)
    }

    /// Changes the machine, in one step.
    func set(_ facts: String) throws {
        try scratch.write("state.new", facts + "\n")
        try #require(rename("\(scratch.path)/state.new", "\(scratch.path)/state") == 0)
    }

    /// Where the tests and the reader were built.
    static var buildFolder: String {
        get throws {
            let own = try #require(realpath("/proc/self/exe", nil))
            defer { free(own) }
            return "/" + String(cString: own).split(separator: "/").dropLast().joined(separator: "/")
        }
    }

    /// The program that reads.
    static var reader: String { get throws { "\(try buildFolder)/inventory-reader" } }

    var environment: [String: String] {
        // A reader that is made to crash shall not fill the tests' output.
        ["CARREL_NVML_LIBRARY": library, "NVML_STUB_STATE": "\(scratch.path)/state", "SWIFT_BACKTRACE": "enable=no"]
    }

    /// `/proc` and `/sys` are those of the scratch folder, so that the devices of the real machine don't show.
    func process() throws -> InventoryProcess {
        InventoryProcess(executable: try Self.reader, arguments: [scratch.path], environment: environment)
    }

    /// One reading by a process of its own.
    func read() async throws -> InventoryReading {
        // A busy machine may take long to start a process; none of these readings hangs.
        try await process().read(deadline: .seconds(60))
    }
}

extension StubMachine {
    /// The lines of an ordinary GPU.
    static func gpu(
        _ index: Int, uuid: String? = nil, name: String = "NVIDIA A100-SXM4-80GB", memory: Int64 = 85_899_345_920,
        minor: Int? = nil, numa: Int = 0
    ) -> String {
        """
        gpu \(index) uuid \(uuid ?? "GPU-000\(index)")
        gpu \(index) name \(name)
        gpu \(index) memory \(memory)
        gpu \(index) minor \(minor ?? index)
        gpu \(index) pci 0000:\(index)b:00.0
        gpu \(index) numa \(numa)

        """
    }
}
