import ChildProcess
import FleetModel
import FoundationEssentials
import Glibc

/// The child's side: reads the devices, prints one line of JSON, ends.
package enum InventoryReader {
    /// Names the NVIDIA library to open instead of the standard one.
    package static let libraryVariable = "CARREL_NVML_LIBRARY"

    /// nil: the standard one.
    static var namedLibrary: String? {
        ProcessInfo.processInfo.environment[libraryVariable].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A reader that nobody reads any more ends by itself after this many seconds.
    private static let longestLife: UInt32 = 600

    /// What `carrel __inventory` does. Exit code 0 once the line is written.
    ///
    /// - Parameter root: where `/proc` and `/sys` are.
    package static func printReading(root: String = "/") -> Never {
        alarm(longestLife)
        ChildDescriptors.closeInherited()
        // What a library prints must not get into the answer.
        let answer = dup(STDOUT_FILENO)
        dup2(STDERR_FILENO, STDOUT_FILENO)
        ChildDescriptors.endWithReader(of: answer)
        let reading = InventoryReading.joined([
            NVMLReader.read(library: namedLibrary, root: root), AMDReader.read(root: root),
        ])
        let written = (try? line(reading)).map { ChildDescriptors.write($0, to: answer) } ?? false
        // Not `exit`: a driver's library may have something to say at the end, and may never be done with it.
        _exit(written ? 0 : 1)
    }

    static func line(_ reading: InventoryReading) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(reading)) + [newline]
    }

    /// nil: the line is no reading.
    static func reading(of line: [UInt8]) -> InventoryReading? {
        try? JSONDecoder().decode(InventoryReading.self, from: Data(line))
    }

    static let newline = UInt8(ascii: "\n")
}
