import CLinux
import Dispatch
import Glibc

/// A conversation with a process that does things to somebody's files: the server's end. One question at a time. The process
/// ends when this does.
package final class FileTalk: Sendable {
    private final class Line: @unchecked Sendable {
        // Used on the queue alone.
        let channel: FileChannel
        init(_ socket: Int32) { channel = FileChannel(socket) }
        deinit { close(channel.socket) }
    }

    private let line: Line
    private let queue = DispatchQueue(label: "files")

    /// How long the process may keep silent, in seconds: a disk may have to be woken up, and a file server to be asked.
    package static let patience = 60
    /// The same for what goes through a whole tree.
    private static let longPatience = 900

    /// - Parameter socket: to the process; closed with this object.
    package init(_ socket: Int32) {
        line = Line(socket)
        _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) & ~O_NONBLOCK)
        Self.wait(Self.patience, on: socket)
    }

    private static func wait(_ seconds: Int, on socket: Int32) {
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(socket, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    package func ask(_ question: FileQuestion) async throws(FileFault) -> FileAnswer {
        try await perform { channel throws(FileFault) in
            if case .remove(_, recursive: true) = question { Self.wait(Self.longPatience, on: channel.socket) }
            try channel.send(question)
            return try Self.heard(channel)
        }
    }

    /// Hands on a piece of the file that is being written. Throws as soon as the process says that it can't go on.
    package func send(_ bytes: [UInt8]) async throws(FileFault) {
        try await perform { channel throws(FileFault) in
            var rest = bytes[...]
            while !rest.isEmpty {
                if channel.hasNews { _ = try Self.heard(channel) }
                let piece = rest.prefix(FileChannel.longestPiece)
                try channel.sendPiece(piece)
                rest = rest.dropFirst(piece.count)
            }
        }
    }

    /// That was all of it.
    package func finish() async throws(FileFault) -> FileAnswer {
        try await perform { channel throws(FileFault) in
            if !channel.hasNews { try channel.sendPiece([]) }
            return try Self.heard(channel)
        }
    }

    /// Bytes of the file that is being read, at most so many; throws `cutOff` where it ended before its time.
    package func receive(_ most: Int64) async throws(FileFault) -> [UInt8] {
        try await perform { channel throws(FileFault) in
            let bytes = try channel.receiveSome(Int(min(most, Int64(FileChannel.longestPiece))))
            guard !bytes.isEmpty else { throw .cutOff }
            return bytes
        }
    }

    private static func heard(_ channel: FileChannel) throws(FileFault) -> FileAnswer {
        let answer = try channel.receive(FileAnswer.self)
        if case .fault(let fault) = answer { throw fault }
        return answer
    }

    /// On a thread that may wait.
    private func perform<Value: Sendable>(
        _ body: @escaping @Sendable (FileChannel) throws(FileFault) -> Value
    ) async throws(FileFault) -> Value {
        let result: Result<Value, FileFault> = await withCheckedContinuation { continuation in
            queue.async { [line] in
                do throws(FileFault) {
                    continuation.resume(returning: .success(try body(line.channel)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
