import Dispatch
import Glibc
import WireClient
import WireModel

/// Passes standard input on to the work, by offset: sending a piece again is safe.
struct InputPump {
    private let client: CheckoutClient
    private let id: Int64

    private static let pieceSize = 64 * 1024

    init(_ client: CheckoutClient, _ id: Int64) {
        self.client = client
        self.id = id
    }

    /// Until the input ends, the work is over, or this is cancelled.
    func run() async {
        guard var offset = await send([], at: 0, end: false) else { return }
        while !Task.isCancelled {
            guard let piece = await Self.read() else { continue }
            var rest = piece[...]
            repeat {
                guard let accepted = await send(Array(rest), at: offset, end: piece.isEmpty) else { return }
                let taken = min(max(0, accepted - offset), Int64(rest.count))
                rest = rest.dropFirst(Int(taken))
                offset += taken
                if !rest.isEmpty { try? await Task.sleep(for: .milliseconds(taken > 0 ? 1 : 50)) }
            } while !rest.isEmpty && !Task.isCancelled
            if piece.isEmpty { return }
        }
    }

    /// How much was taken in all; nil: the work takes no more.
    private func send(_ bytes: [UInt8], at offset: Int64, end: Bool) async -> Int64? {
        while !Task.isCancelled {
            do throws(ClientError) {
                let path = "/v1/leases/\(id)/input?offset=\(offset)&end=\(end ? 1 : 0)"
                let answer = try await client.put(path, bytes: bytes, as: InputAccepted.self)
                if answer.waits != true { return answer.accepted }
            } catch {
                if case .problem(let problem) = error, problem.status < 500 { return nil }
                try? await Task.sleep(for: .milliseconds(300))
            }
        }
        return nil
    }

    /// Empty: the input has ended; nil: nothing came, look again. Blocks a thread of its own, not one that Swift's
    /// concurrency needs.
    private static func read() async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                // A program in the background must not read the terminal: the kernel would stop it.
                if isatty(0) == 1, tcgetpgrp(0) != getpgrp() {
                    usleep(200_000)
                    return continuation.resume(returning: nil)
                }
                var buffer = [UInt8](repeating: 0, count: pieceSize)
                let count = Glibc.read(0, &buffer, buffer.count)
                if count < 0, errno == EINTR || errno == EAGAIN {
                    usleep(20_000)
                    return continuation.resume(returning: nil)
                }
                continuation.resume(returning: Array(buffer[..<max(0, count)]))
            }
        }
    }
}
