@testable import DeviceInventory
import Testing

@Suite struct NoDriverTests {
    /// The standard name can't be used here: a developer's machine may have the library.
    private let absent = "libcarrel-no-such-library.so.1"

    @Test func noLibraryAndNoDriverIsNoProblem() throws {
        let scratch = try Scratch()
        #expect(NVMLReader.read(absent, isExpected: false, root: scratch.path) == InventoryReading())
    }

    @Test func aDriverWithoutItsLibraryIsAProblem() throws {
        let scratch = try Scratch()
        try scratch.write("proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.159.04\n")
        let reading = NVMLReader.read(absent, isExpected: false, root: scratch.path)
        #expect(reading.devices.isEmpty)
        #expect(reading.problems.count == 1)
        #expect(reading.problems.allSatisfy { $0.text.contains(absent) })
    }
}
