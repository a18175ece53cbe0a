import Foundation
import Glibc
import Testing

/// A library that is preloaded under the server and its launcher, and the file that steers it: fails the n-th write,
/// moves the clocks, shows another boot. Only an ordinary user's server keeps the variable that loads it.
final class CrashShim {
    /// The numbers at the head of the file, in the order of `struct control`.
    enum Number: Int { case wallOffset, bootOffset, countdown, error, sticky, failed, writes }

    let library: String
    private let control: String
    private let bootID: String
    private let place: UnsafeMutablePointer<Int64>

    private static let numbers = 7, folderBytes = 256, bootBytes = 64
    private static let size = numbers * 8 + folderBytes + bootBytes

    init(folder: String) async throws {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Stubs/crash-shim/crash_shim.c").path
        let name = "/var/tmp/carrel-shim-\(UUID().uuidString.prefix(8))"
        (library, control, bootID) = (name + ".so", name + ".control", name + ".boot")
        let compiler = try ChildProcess(["cc", "-std=gnu11", "-shared", "-fPIC", "-o", library, source])
        try #require(await compiler.exitCode() == 0, "apt-get install gcc — \(compiler.errors)")
        chmod(library, 0o755)
        try Data(count: Self.size).write(to: URL(fileURLWithPath: control))
        chmod(control, 0o666)
        let file = Glibc.open(control, O_RDWR)
        defer { close(file) }
        let mapped = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
        place = try #require(mapped).assumingMemoryBound(to: Int64.self)
        text(folder, at: Self.numbers * 8)
    }

    deinit {
        munmap(place, Self.size)
        for path in [library, control, bootID] { unlink(path) }
    }

    var environment: [String: String] { ["LD_PRELOAD": library, "CARREL_CRASH_SHIM": control] }

    subscript(number: Number) -> Int64 {
        get { place[number.rawValue] }
        set { place[number.rawValue] = newValue }
    }

    /// The `at`-th write from now on fails, and all after it where it is sticky.
    func arm(at: Int, error: Int32, sticky: Bool) {
        self[.failed] = 0
        self[.writes] = 0
        self[.error] = Int64(error)
        self[.sticky] = sticky ? 1 : 0
        self[.countdown] = Int64(at)
    }

    func disarm() {
        self[.countdown] = 0
        self[.sticky] = 0
    }

    /// From now on processes that start see another boot of the machine, whose clock began a second ago.
    func reboot() throws {
        try "\(UUID().uuidString.lowercased())\n".write(toFile: bootID, atomically: true, encoding: .utf8)
        chmod(bootID, 0o644)
        var boot = timespec()
        Glibc.clock_gettime(CLOCK_BOOTTIME, &boot)
        self[.bootOffset] = -Int64(boot.tv_sec - 1) * 1_000
        text(bootID, at: Self.numbers * 8 + Self.folderBytes)
    }

    private func text(_ text: String, at offset: Int) {
        let bytes = UnsafeMutableRawPointer(place)
        for (index, byte) in (Array(text.utf8) + [0]).enumerated() {
            bytes.storeBytes(of: byte, toByteOffset: offset + index, as: UInt8.self)
        }
    }
}
