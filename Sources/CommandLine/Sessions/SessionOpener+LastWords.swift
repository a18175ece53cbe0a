import FleetModel
import WireClient
import WireModel

extension SessionOpener {
    /// The last lines on standard error of a program that did not live long: most often they say why.
    func lastWords(of request: RequestView) async -> [String] {
        guard let lease = request.lease, let begin = Timestamp(utcText: lease.grantedAt),
            let end = lease.endedAt.flatMap({ Timestamp(utcText: $0) }), end - begin < .minutes(10)
        else { return [] }
        var bytes: [UInt8] = [], count = 0, isWhole = true
        try? await client.followConsole(id, output: 0, error: 0, follow: false) { frame in
            count += frame.payload.count
            guard count < 4_000_000 else {
                isWhole = false
                throw CancellationError()
            }
            guard frame.kind == .standardError else { return }
            bytes = (bytes + frame.payload).suffix(8_000)
        }
        // The last of what was read would be something from the middle.
        guard isWhole else { return [] }
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        return lines.suffix(3).map { "  " + String($0).shown }
    }
}
