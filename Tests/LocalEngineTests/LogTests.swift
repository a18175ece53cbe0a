import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

struct LogTests {
    private static let keep: Int64 = 256 * 1_024

    @Test(arguments: Bench.User.allCases) func theMiddleOfALongLogIsGivenBackAndTheGapIsTold(_ user: Bench.User) async throws
    {
        try await withBench(user, options: ["--log-keep", "\(Self.keep)"]) { bench in
            // 100,000 lines of 100 bytes, each with its number, then it waits to be told to end.
            let script = "seq -f '%099.0f' 0 99999; cat"
            let key = try await bench.launch(bench.order(["sh", "-c", script], takesInput: true))
            let path = AttemptFolder(path: "\(bench.data)/attempts/\(key)").file(.out)
            _ = try await eventually("the log is written and shortened") {
                guard let info = Files.status(path), info.st_size == 10_000_000 else { return nil as Bool? }
                return Int64(info.st_blocks) * 512 <= 3 * Self.keep ? true : nil
            }
            _ = try await bench.engine.writeInput(key, offset: 0, bytes: [], end: true)
            #expect(try await bench.outcome(of: key) == .exited(code: 0))

            var offset: Int64 = 0
            var gaps: [(offset: Int64, bytes: Int64)] = []
            while let piece = try await bench.engine.readOutput(key, .standardOutput, from: offset, limit: 100_000) {
                switch piece {
                case .gap(let start, let bytes): gaps.append((start, bytes))
                case .bytes(let start, let bytes):
                    #expect(bytes == Self.expected(start, bytes.count), "at \(start)")
                }
                offset = piece.nextOffset
            }
            #expect(offset == 10_000_000)
            try #require(gaps.count == 1)
            #expect(gaps[0].offset >= Self.keep && gaps[0].offset < Self.keep + 65_536)
            #expect(10_000_000 - (gaps[0].offset + gaps[0].bytes) >= Self.keep)

            // Asked for from within the gap, the rest of it is told.
            let inside = try await bench.engine.readOutput(key, .standardOutput, from: 5_000_000, limit: 10)
            #expect(inside == .gap(offset: 5_000_000, bytes: gaps[0].offset + gaps[0].bytes - 5_000_000))
        }
    }

    private static func expected(_ offset: Int64, _ count: Int) -> [UInt8] {
        (offset..<offset + Int64(count)).map { position in
            let digits = Array("\(position / 100)".utf8), column = Int(position % 100)
            if column == 99 { return UInt8(ascii: "\n") }
            let place = column - (99 - digits.count)
            return place >= 0 ? digits[place] : UInt8(ascii: "0")
        }
    }

    @Test func ofALogThatFitsNothingIsLost() async throws {
        try await withBench(.root, options: ["--log-keep", "\(Self.keep)"]) { bench in
            let key = try await bench.launch(["sh", "-c", "head -c 500000 /dev/zero"])
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            #expect(try await bench.output(key, .standardOutput) == [UInt8](repeating: 0, count: 500_000))
        }
    }

    @Test func aLogThatTheWorkCutsShortGoesOnBeingRead() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(["sh", "-c", "echo before; echo cut > /dev/stdout; echo after"])
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            #expect(try await bench.text(key) == "cut\nafter\n")
        }
    }

    /// What a log may occupy between two looks: both parts, three steps, and the file system's own lists.
    private static let most = 2 * keep + 3 * 65_536 + 16_384

    private static let tricks = [
        "beyond the end, all at once": "fallocate -n -l 50000000 /dev/stdout",
        "far beyond the end": "fallocate -n -o 1000000000000 -l 50000000 /dev/stdout",
        "within a made-up length": "truncate -s 1T /dev/stdout; fallocate -o 1000000 -l 50000000 /dev/stdout",
        "a length given up again":
            "fallocate -l 50000000 /dev/stdout; truncate -s 60000 /dev/stdout; fallocate -n -l 50000000 /dev/stdout",
        "into a gap": "head -c 2000000 /dev/zero; sleep 2; fallocate -n -o 300000 -l 1200000 /dev/stdout",
    ]

    @Test(arguments: tricks.keys.sorted()) func roomThatWorkTakesInItsLogIsTakenBack(_ trick: String) async throws {
        let script = try #require(Self.tricks[trick])
        try await withBench(.root, options: ["--log-keep", "\(Self.keep)"]) { bench in
            chmod(bench.folder, 0o777)
            let key = try await bench.launch(
                bench.order(
                    ["sh", "-c", "echo first; \(script) && touch \(bench.folder)/taken; cat; echo last"],
                    directory: bench.folder, takesInput: true))
            let path = AttemptFolder(path: "\(bench.data)/attempts/\(key)").file(.out)
            _ = try await eventually("the room is taken") { Files.exists("\(bench.folder)/taken") ? true : nil }
            _ = try await eventually("the room is taken back") {
                guard let info = Files.status(path) else { return nil as Bool? }
                return Int64(info.st_blocks) * 512 <= Self.most ? true : nil
            }
            _ = try await bench.engine.writeInput(key, offset: 0, bytes: [], end: true)
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            #expect(Int64(try #require(Files.status(path)).st_blocks) * 512 <= Self.most)
            let text = try await bench.text(key)
            #expect(text.hasPrefix("first\n"))
            #expect(text.hasSuffix("last\n"))
        }
    }
}
