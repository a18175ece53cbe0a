package import FleetModel

/// The two streams of a program's output.
package enum OutputStream: UInt8, Codable, Sendable, CaseIterable {
    case standardOutput = 1
    case standardError = 2
}

/// A piece of an attempt's output.
package enum OutputPiece: Hashable, Sendable {
    /// `offset`: where the bytes begin in the stream, counted from its first byte ever written.
    case bytes(offset: Int64, bytes: [UInt8])
    /// The bytes from `offset` on were dropped, since only the first and the last part of a log are kept.
    case gap(offset: Int64, bytes: Int64)

    /// Where the next piece begins.
    package var nextOffset: Int64 {
        switch self {
        case .bytes(let offset, let bytes): offset + Int64(bytes.count)
        case .gap(let offset, let bytes): offset + bytes
        }
    }
}

/// Reads what attempts write and feeds what they read. Beside `EngineDriver`, since not every engine can.
package protocol AttemptConsole: Sendable {
    /// The next piece at or after `offset`, at most `limit` bytes; nil when nothing more is there now.
    func readOutput(_ attempt: AttemptKey, _ stream: OutputStream, from offset: Int64, limit: Int) async throws(EngineError)
        -> OutputPiece?

    /// Feeds standard input: `bytes` begin at `offset` of all that was ever fed; what is already known is skipped, so
    /// that sending again is safe. `end`: nothing follows. Returns the offset up to which input has been taken, which
    /// is less than was sent while the program does not read.
    func writeInput(_ attempt: AttemptKey, offset: Int64, bytes: [UInt8], end: Bool) async throws(EngineError) -> Int64

    /// The end of what the work wrote into the file that `CARREL_PROGRESS` names, at most some thousand bytes of anything; nil:
    /// nothing is there, or the engine has no such file.
    func readProgress(_ attempt: AttemptKey) async throws(EngineError) -> [UInt8]?

    /// Sends a signal to the work's process group: 2 for Ctrl-C. On a terminal, to what is in front there.
    func signal(_ attempt: AttemptKey, _ number: Int32) async throws(EngineError)

    /// How many bytes a stream of the attempt's output has had in all; nil: not known.
    func outputEnd(_ attempt: AttemptKey, _ stream: OutputStream) async throws(EngineError) -> Int64?

    /// Types into the work's terminal. `bytes` begin at `offset` of all that this writer ever typed, so that sending again is
    /// safe; what writers send is taken in the order in which it comes, each piece whole where there is room.
    /// - Parameter writer: a number of the writer's own choice, which nobody else has.
    /// - Returns: up to which offset this writer's bytes have been taken.
    func type(_ attempt: AttemptKey, writer: UInt64, offset: Int64, bytes: [UInt8]) async throws(EngineError) -> Int64

    /// Gives the work's terminal another size and tells the size that holds then.
    /// - Parameters:
    ///   - size: nil: it only asks.
    ///   - redraw: has the program in front draw its picture again, since somebody has come who does not see it.
    func resize(_ attempt: AttemptKey, to size: TerminalSize?, redraw: Bool) async throws(EngineError) -> TerminalSize
}

extension AttemptConsole {
    /// For engines without such a file: nothing is there.
    package func readProgress(_ attempt: AttemptKey) async throws(EngineError) -> [UInt8]? { nil }

    /// For engines that can't tell.
    package func outputEnd(_ attempt: AttemptKey, _ stream: OutputStream) async throws(EngineError) -> Int64? { nil }

    /// For engines without terminals.
    package func type(
        _ attempt: AttemptKey, writer: UInt64, offset: Int64, bytes: [UInt8]
    ) async throws(EngineError) -> Int64 { throw .noTerminal }

    /// For engines without terminals.
    package func resize(
        _ attempt: AttemptKey, to size: TerminalSize?, redraw: Bool
    ) async throws(EngineError) -> TerminalSize { throw .noTerminal }
}
