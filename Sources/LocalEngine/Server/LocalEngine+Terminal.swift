package import EngineInterface
package import FleetModel

extension LocalEngine {
    private static let redraws: UInt8 = 2

    package func type(
        _ attempt: AttemptKey, writer: UInt64, offset: Int64, bytes: [UInt8]
    ) async throws(EngineError) -> Int64 {
        guard offset >= 0, offset <= Int64.max - Int64(bytes.count) else {
            throw .failed(detail: "the offset \(offset) is none of an input")
        }
        let name = withUnsafeBytes(of: writer) { Array($0) }
        var at = 0
        while true {
            let part = bytes[at...].prefix(AttachClient.longestPayload - name.count)
            let value = UInt64(offset) + UInt64(at)
            let reached = Int64(clamping: try await converse(attempt, .type, value: value, payload: name + part).value)
            if reached > offset + Int64(at) { fed.add(attempt, reached - offset - Int64(at)) }
            let end = at + part.count
            if end == bytes.count || reached < offset + Int64(end) { return reached }
            at = end
        }
    }

    package func resize(
        _ attempt: AttemptKey, to size: TerminalSize?, redraw: Bool
    ) async throws(EngineError) -> TerminalSize {
        let asked = size.map { UInt64($0.rows) << 16 | UInt64($0.columns) } ?? 0
        let answer = try await converse(attempt, .size, flags: redraw ? Self.redraws : 0, value: asked).value
        guard let size = TerminalSize(rows: Int(answer >> 16), columns: Int(answer & 0xffff)) else { throw .noTerminal }
        return size
    }
}
