import CheckoutService
import EngineInterface
import FleetModel
import FleetTestKit
import LeaseLedger
import Synchronization
import Testing

/// Output with a part that was dropped, an engine that fails now and then, and readers that go on where they stopped.
@Suite("Following output")
struct ConsoleReaderTests {
    /// A console that holds pieces by stream, and fails a number of times first.
    private final class ScriptedConsole: AttemptConsole {
        private struct Inside {
            var pieces: [OutputStream: [OutputPiece]]
            var failures: Int
        }
        private let inside: Mutex<Inside>

        init(_ pieces: [OutputStream: [OutputPiece]], failures: Int = 0) {
            inside = Mutex(Inside(pieces: pieces, failures: failures))
        }

        func readOutput(
            _ attempt: AttemptKey, _ stream: OutputStream, from offset: Int64, limit: Int
        ) async throws(EngineError) -> OutputPiece? {
            let answer: Result<OutputPiece?, EngineError> = inside.withLock { inside in
                if inside.failures > 0 {
                    inside.failures -= 1
                    return .failure(.unreachable(detail: "the test wants it"))
                }
                return .success(inside.pieces[stream]?.first { $0.nextOffset > offset }?.cut(from: offset))
            }
            return try answer.get()
        }

        func writeInput(
            _ attempt: AttemptKey, offset: Int64, bytes: [UInt8], end: Bool
        ) async throws(EngineError) -> Int64 { offset }

        func signal(_ attempt: AttemptKey, _ number: Int32) async throws(EngineError) {}
    }

    private static let pieces: [OutputPiece] = [
        .bytes(offset: 0, bytes: Array("first".utf8)), .gap(offset: 5, bytes: 1_000_000),
        .bytes(offset: 1_000_005, bytes: Array("last".utf8)),
    ]

    /// Everything that a reader gets of work that is over, as words.
    private static func read(
        _ console: ScriptedConsole, from offsets: [OutputStream: Int64] = [:]
    ) async throws -> [String] {
        let bench = try await ServiceBench()
        var found: [String] = []
        try await bench.running {
            _ = try await bench.submit()
            try await bench.eventually("running") { try await bench.phase(1) == .running }
            bench.engine.end(1, .exited(code: 0))
            try await bench.eventually("over") { try await bench.record(1)?.isOver ?? false }
            let service = CheckoutService(
                state: bench.service.state, around: bench.around, engine: bench.engine, console: console,
                nodeReport: { nil })
            var reader = ConsoleReader(service, LeaseID(1), follow: true, from: offsets)
            while case .chunk(let chunk) = try await reader.next() {
                let stream = chunk.stream == .standardOutput ? "out" : "err"
                switch chunk.piece {
                case .bytes(let offset, let bytes):
                    found.append("\(stream) \(offset) \(String(decoding: bytes, as: UTF8.self))")
                case .gap(let offset, let bytes): found.append("\(stream) \(offset) gap \(bytes)")
                }
            }
        }
        return found
    }

    @Test("a dropped part is told with its size, and both streams come to their ends in turns")
    func gap() async throws {
        let found = try await Self.read(
            ScriptedConsole([.standardOutput: Self.pieces, .standardError: [.bytes(offset: 0, bytes: Array("oops".utf8))]]))
        #expect(found == ["out 0 first", "err 0 oops", "out 5 gap 1000000", "out 1000005 last"])
    }

    @Test(
        "a reader goes on where it stopped, also inside a piece or a gap",
        arguments: [
            (2, ["out 2 rst", "out 5 gap 1000000", "out 1000005 last"]), (5, ["out 5 gap 1000000", "out 1000005 last"]),
            (10, ["out 10 gap 999995", "out 1000005 last"]), (1_000_007, ["out 1000007 st"]), (1_000_009, []),
            (Int64.max, []),
        ] as [(Int64, [String])])
    func resume(offset: Int64, expected: [String]) async throws {
        #expect(
            try await Self.read(ScriptedConsole([.standardOutput: Self.pieces]), from: [.standardOutput: offset]) == expected
        )
    }

    @Test("an engine that fails for a while loses no last words")
    func failures() async throws {
        let found = try await Self.read(ScriptedConsole([.standardOutput: Self.pieces], failures: 5))
        #expect(found == ["out 0 first", "out 5 gap 1000000", "out 1000005 last"])
    }

    @Test("an engine that goes on failing is an error, not an early end")
    func lasting() async throws {
        await #expect(throws: EngineError.self) {
            try await Self.read(ScriptedConsole([.standardOutput: Self.pieces], failures: 1_000))
        }
    }
}

extension OutputPiece {
    /// What is left of a piece from an offset inside it.
    fileprivate func cut(from offset: Int64) -> OutputPiece {
        switch self {
        case .bytes(let start, let bytes):
            let skip = max(0, offset - start)
            return .bytes(offset: start + skip, bytes: Array(bytes.dropFirst(Int(skip))))
        case .gap(let start, let bytes):
            let skip = max(0, offset - start)
            return .gap(offset: start + skip, bytes: bytes - skip)
        }
    }
}
