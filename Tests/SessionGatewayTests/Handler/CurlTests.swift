import Foundation
import NIOCore
import SessionGateway
import Testing

/// A client that others wrote.
@Suite(.timeLimit(.minutes(5))) struct CurlTests {
    /// Its exit status, and what it wrote.
    private static func curl(_ words: [String], host: String = "session") async throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{size_upload} %{http_version}", "-H", "Host: \(host)"]
            + words
        let pipe = Pipe()
        process.standardOutput = pipe
        let status = try await withCheckedThrowingContinuation { (waiting: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { waiting.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { waiting.resume(throwing: error) }
        }
        #expect(status != 127, "curl is missing: apt-get install -y curl")
        return (status, String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self))
    }

    private static let notFound: @Sendable (Wire, Int) async throws -> Void = { wire, _ in
        _ = try await wire.receive(until: "\r\n\r\n")
        try await wire.send("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno")
    }

    @Test func largeUploadsThatAreAnsweredEarlyGetTheirAnswer() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "gw-upload-\(UInt32.random(in: 0 ... .max))")
        #expect(FileManager.default.createFile(atPath: file.path, contents: nil))
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: 100_000_000)
        try handle.close()
        defer { try? FileManager.default.removeItem(at: file) }
        try await Backend.with(Self.notFound) { backend in
            try await Server.with(door: Server.door(to: backend.way)) { port in
                for framing in [[], ["-H", "Transfer-Encoding: chunked"], ["-H", "Expect:"]] {
                    for _ in 0..<3 {
                        let done = try await Self.curl(["-T", file.path] + framing + ["http://127.0.0.1:\(port)/f"])
                        #expect(done.output.hasPrefix("404 "), "\(done)")
                    }
                }
            }
        }
    }

    @Test func whoAsksForHTTP2GetsHTTP1() async throws {
        try await Backend.with(Self.notFound) { backend in
            try await Server.with(door: Server.door(to: backend.way)) { port in
                let done = try await Self.curl(["--http2", "http://127.0.0.1:\(port)/"])
                #expect(done.status == 0 && done.output.hasPrefix("404 ") && done.output.hasSuffix(" 1.1"))
            }
        }
    }

    /// Transfers that break off, either way, leave no connection to the backend.
    @Test func whatIsBrokenOffLeavesNothing() async throws {
        let ended = Backend.Counter()
        let script: @Sendable (Wire, Int) async throws -> Void = { wire, _ in
            defer { _ = ended.next() }
            let head = try await wire.receive(until: "\r\n\r\n")
            guard head.hasPrefix("GET") else {
                _ = await wire.receiveAll()
                return
            }
            try await wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
            while true { try await wire.sendOut(ByteBuffer(repeating: 0x61, count: 100_000)) }
        }
        try await Backend.with(script) { backend in
            try await Server.with(door: Server.door(to: backend.way)) { port in
                for number in 0..<10 {
                    let way = number % 2 == 0 ? ["--limit-rate", "1M"] : ["-T", "/dev/zero", "--limit-rate", "1M"]
                    let done = try await Self.curl(way + ["-m", "0.5", "http://127.0.0.1:\(port)/f"])
                    #expect(done.status == 28)
                }
                let deadline = ContinuousClock.now + .seconds(30)
                while ended.count < backend.accepted.count, ContinuousClock.now < deadline {
                    try await Task.sleep(for: .milliseconds(20))
                }
                #expect(ended.count == backend.accepted.count)
                let alive = try await Self.curl(["http://127.0.0.1:\(port)/"], host: "other")
                #expect(alive.output.hasPrefix("200 "))
            }
        }
    }
}
