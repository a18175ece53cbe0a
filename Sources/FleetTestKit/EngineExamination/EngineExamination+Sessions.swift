import EngineInterface
import FleetModel

extension EngineExamination {
    private func trouble(_ key: AttemptKey) async throws -> DoorTrouble? {
        do throws(EngineError) {
            _ = try await engine.connect(to: key)
            return nil
        } catch {
            guard case .noConnection(let trouble) = error else { throw error }
            return trouble
        }
    }

    func connecting() async throws {
        try require(try await trouble(key(999)) == .noDoor, "an attempt that nobody knows has no door")
        let plain = try await launch(key(30), candidate.programs.runs)
        try await untilRunning(plain)
        try require(try await trouble(plain) == .noDoor, "work that asked for no door has none")
        try await engine.stop(plain, force: true)
        _ = try await outcome(plain)
        try await engine.forget(plain)

        guard let talk = candidate.talk else { return }
        let session = try await launch(key(31), candidate.programs.listens, door: .socket)
        try await untilRunning(session)
        let socket = try await wait("the program answers at its door") { () -> Int32? in
            do throws(EngineError) { return try await engine.connect(to: session) } catch {
                try require(error == .noConnection(.nobodyListens), "a program that does not listen yet is told: \(error)")
                return nil
            }
        }
        try require(try await talk(socket, "one") == "heard one", "the program is reached")
        let second = try await engine.connect(to: session)
        try require(try await talk(second, "two") == "heard two", "each call is another connection")
        try await engine.stop(session, force: true)
        _ = try await outcome(session)
        try require(try await trouble(session) == .noDoor, "work that is over has no door")
        try await engine.forget(session)
    }

    func showing() async throws {
        guard let console = candidate.console else { return }
        let plain = try await launch(key(32), candidate.programs.runs)
        try await untilRunning(plain)
        do throws(EngineError) {
            _ = try await console.resize(plain, to: nil, redraw: false)
            throw .failed(detail: "a size was told")
        } catch {
            try require(error == .noTerminal, "work without a terminal is told: \(error)")
        }
        try await engine.stop(plain, force: true)
        _ = try await outcome(plain)
        try await engine.forget(plain)
        guard candidate.hasTerminals, let size = TerminalSize(rows: 31, columns: 97) else { return }
        try await typing(console, size)
    }

    private func typing(_ console: any AttemptConsole, _ size: TerminalSize) async throws {
        let key = try await launch(
            key(33), candidate.programs.showsTerminal, terminal: WorkTerminal(size: size, isShell: false))
        try await untilRunning(key)
        try await seen("31 97", on: key, console)
        try require(try await console.resize(key, to: nil, redraw: false) == size, "asking for the size changes nothing")
        let other = TerminalSize.usual
        try require(try await console.resize(key, to: other, redraw: true) == other, "the new size is told")
        let first = try await console.type(key, writer: 1, offset: 0, bytes: Array("abc".utf8))
        let again = try await console.type(key, writer: 1, offset: 0, bytes: Array("abc".utf8))
        try require(first == 3 && again == 3, "what a writer sends again is taken once")
        let second = try await console.type(key, writer: 2, offset: 0, bytes: Array("xyz".utf8))
        try require(second == 3, "each writer is counted by itself")
        let missing = try await console.type(key, writer: 2, offset: 9, bytes: [10])
        try require(missing == 3, "nothing is taken before what comes first")
        let last = try await console.type(key, writer: 1, offset: 3, bytes: [10, 4])
        try require(last == 5, "a writer goes on where it was")
        try require(try await outcome(key) == .exited(code: 0), "a byte ends the input")
        try await seen("abcxyz\r\nabcxyz\r\n", on: key, console)
        try await engine.forget(key)
    }

    private func seen(_ text: String, on key: AttemptKey, _ console: any AttemptConsole) async throws {
        try await wait("“\(text)” is on the terminal") { () -> Void? in
            var bytes: [UInt8] = [], offset: Int64 = 0
            while let piece = try await console.readOutput(key, .standardOutput, from: offset, limit: 4_096) {
                if case .bytes(_, let part) = piece { bytes += part }
                offset = piece.nextOffset
            }
            return String(decoding: bytes, as: UTF8.self).contains(text) ? () : nil
        }
    }
}
