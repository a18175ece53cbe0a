import EngineInterface
import FleetModel

extension EngineExamination {
    private func console() throws -> any AttemptConsole {
        guard let console = candidate.console else { throw EngineExaminationFailure(description: "there is no console") }
        return console
    }

    private func text(_ key: AttemptKey, _ stream: OutputStream) async throws -> String {
        var bytes: [UInt8] = []
        var offset: Int64 = 0
        while let piece = try await console().readOutput(key, stream, from: offset, limit: 3) {
            try require(piece.nextOffset > offset, "every piece goes on from the one before")
            if case .bytes(let start, let part) = piece {
                try require(start == offset && part.count <= 3, "a piece begins where it was asked for, within the limit")
                bytes += part
            }
            offset = piece.nextOffset
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func reading() async throws {
        let key = try await launch(key(20), candidate.programs.prints)
        _ = try await outcome(key)
        try require(try await text(key, .standardOutput) == "hello\n", "standard output is kept")
        try require(try await text(key, .standardError) == "oops\n", "standard error is kept apart")
        let beyond = try await console().readOutput(key, .standardOutput, from: 1_000, limit: 10)
        try require(beyond == nil, "behind the end there is nothing")
        try await engine.forget(key)
        try require(try await text(key, .standardOutput) == "hello\n", "logs can be read when the attempt is forgotten")
    }

    func feeding() async throws {
        let console = try console()
        let key = try await launch(key(21), candidate.programs.copies, takesInput: true)
        try await untilRunning(key)
        let first = try await console.writeInput(key, offset: 0, bytes: Array("abc".utf8), end: false)
        try require(first == 3, "what is taken is told")
        let again = try await console.writeInput(key, offset: 0, bytes: Array("abc".utf8), end: false)
        try require(again == 3, "what is known is skipped")
        let overlap = try await console.writeInput(key, offset: 2, bytes: Array("cd".utf8), end: false)
        try require(overlap == 4, "of what overlaps the new part is taken")
        let missing = try await console.writeInput(key, offset: 10, bytes: Array("z".utf8), end: false)
        try require(missing == 4, "nothing is taken before what comes first")
        let end = try await console.writeInput(key, offset: 4, bytes: [], end: true)
        try require(end == 4, "the end may come alone")
        try require(try await outcome(key) == .exited(code: 0), "the end of input reaches the program")
        try require(try await text(key, .standardOutput) == "abcd", "every byte arrives once")
        try await engine.forget(key)
    }

    func signalling() async throws {
        let key = try await launch(key(22), candidate.programs.runs)
        try await untilRunning(key)
        try await console().signal(key, 2)
        try require(try await outcome(key) == .signalled(signal: 2), "a signal reaches the work")
        try await engine.forget(key)
    }
}
