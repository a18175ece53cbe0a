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

    /// Sends a signal to the work's process group: 2 for Ctrl-C.
    func signal(_ attempt: AttemptKey, _ number: Int32) async throws(EngineError)
}

extension AttemptConsole {
    /// For engines without such a file: nothing is there.
    package func readProgress(_ attempt: AttemptKey) async throws(EngineError) -> [UInt8]? { nil }
}
