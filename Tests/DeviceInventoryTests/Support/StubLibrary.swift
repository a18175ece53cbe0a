import Glibc
import Testing

/// The stand-in for NVIDIA's library, built once for each kind of driver that it stands for.
enum StubLibrary: String, CaseIterable, Sendable {
    /// All functions that the reader knows.
    case current
    /// No second version of the memory call, no MIG, no affinity.
    case older
    /// First versions only.
    case first
    /// Devices have no UUID: nothing can be done with it.
    case withoutUUID
    /// The third process call gives wider entries, and the functions that are there say so.
    case wideProcesses
    /// The same, and nothing says so.
    case wideProcessesUntold

    private var flags: String {
        switch self {
        case .current: ""
        case .older: "-DNVML_STUB_GENERATION=2"
        case .first: "-DNVML_STUB_GENERATION=1"
        case .withoutUUID: "-DNVML_STUB_WITHOUT_UUID"
        case .wideProcesses: "-DNVML_STUB_WIDE_PROCESSES=1"
        case .wideProcessesUntold: "-DNVML_STUB_WIDE_PROCESSES=2"
        }
    }

    /// Where the library is.
    var path: String {
        get throws {
            switch Self.built[self] {
            case .success(let path): return path
            case .failure(let failure): throw failure
            case nil: throw BuildFailure(description: "no stub was built for \(self)")
            }
        }
    }

    struct BuildFailure: Error, CustomStringConvertible {
        let description: String
    }

    private static let built: [StubLibrary: Result<String, BuildFailure>] = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0, build($0)) })

    private static func build(_ kind: StubLibrary) -> Result<String, BuildFailure> {
        guard Glibc.system("command -v cc >/dev/null") == 0 else {
            return .failure(BuildFailure(description: "no C compiler: apt-get install gcc"))
        }
        guard let folder = try? StubMachine.buildFolder else {
            return .failure(BuildFailure(description: "no build folder"))
        }
        let tests = #filePath.split(separator: "/").dropLast(3).joined(separator: "/").replacing(" ", with: "\\ ")
        let sources = "/\(tests)/Stubs/nvml/nvml_stub*.c"
        // Made under another name first: another run of the tests may be using the one that is there.
        let library = "\(folder)/nvml-stub-\(kind.rawValue).so", new = "\(library).\(getpid())"
        let command = "cc -std=gnu11 -Wall -Wextra -Werror -shared -fPIC \(kind.flags) -o '\(new)' \(sources)"
        guard Glibc.system(command) == 0 else { return .failure(BuildFailure(description: "failed: \(command)")) }
        guard rename(new, library) == 0 else { return .failure(BuildFailure(description: "can't write \(library)")) }
        return .success(library)
    }
}
