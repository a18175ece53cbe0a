import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix
import WireModel

/// What a call does with what its path names.
package enum CallMethod: String, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
}

/// Typed calls to a Carrel server.
package struct CheckoutClient: Sendable {
    package let address: ServerAddress
    /// How long nobody may answer before a call gives up: a server may just be starting.
    package var patience = Duration.seconds(5)
    /// Told once in a call that nobody has answered for a second, and how much longer it will be tried.
    package var whenUnanswered: (@Sendable (_ left: Duration) -> Void)?
    private let http: HTTPClient

    /// The longest answer that is not a stream.
    private static let longestAnswer = 64 << 20

    package init(_ address: ServerAddress) {
        self.address = address
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        if let trust = Self.trust { configuration.tlsConfiguration = trust }
        configuration.timeout = .init(connect: .seconds(5))
        // Trying again is `execute`'s, which says so.
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    package func shutdown() async { try? await http.shutdown() }

    /// - Parameter wait: how long the answer may take.
    package func get<Answer: Decodable>(
        _ path: String, as type: Answer.Type, wait: Duration = .seconds(30)
    ) async throws(ClientError) -> Answer {
        try await call(.get, path, nil, headers: [:], wait: wait)
    }

    package func send<Answer: Decodable>(
        _ method: CallMethod, _ path: String, _ body: (any Encodable & Sendable)?, as type: Answer.Type,
        headers: [String: String] = [:], wait: Duration = .seconds(30)
    ) async throws(ClientError) -> Answer {
        var bytes: ByteBuffer?
        if let body {
            // Sorted: asking again with the same key must send the same bytes.
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            guard let data = try? encoder.encode(body) else {
                throw .malformed(detail: "the request can't be written")
            }
            bytes = ByteBuffer(data: data)
        }
        return try await call(method, path, bytes, headers: headers, wait: wait)
    }

    /// Sends bytes as they are.
    package func put<Answer: Decodable>(_ path: String, bytes: [UInt8], as type: Answer.Type) async throws(ClientError)
        -> Answer
    {
        try await call(.put, path, ByteBuffer(bytes: bytes), headers: [:], wait: .seconds(60))
    }

    /// For calls that are answered without a body.
    package func tell(_ method: CallMethod, _ path: String, _ body: (any Encodable & Sendable)?) async throws(ClientError) {
        let bytes = body.flatMap { try? JSONEncoder().encode($0) }.map { ByteBuffer(data: $0) }
        _ = try await exchange(method, path, bytes, headers: [:], wait: .seconds(30))
    }

    private func call<Answer: Decodable>(
        _ method: CallMethod, _ path: String, _ body: ByteBuffer?, headers: [String: String], wait: Duration
    ) async throws(ClientError) -> Answer {
        let bytes = try await exchange(method, path, body, headers: headers, wait: wait)
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(buffer: bytes))
        } catch {
            throw .malformed(detail: "the server's answer to \(path) is of another version: \(error)")
        }
    }

    private func exchange(
        _ method: CallMethod, _ path: String, _ body: ByteBuffer?, headers: [String: String], wait: Duration
    ) async throws(ClientError) -> ByteBuffer {
        var request = request(method, path)
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body {
            request.headers.replaceOrAdd(name: "content-type", value: "application/json")
            request.body = .bytes(body)
        }
        do {
            let response = try await execute(request, deadline: .now() + .nanoseconds(wait.nanoseconds))
            let bytes = try await response.body.collect(upTo: Self.longestAnswer)
            try Self.check(response, bytes)
            return bytes
        } catch let error as ClientError {
            throw error
        } catch {
            throw failure(error)
        }
    }

    /// Sends a body as it comes, for as long as it takes.
    func stream<Body: AsyncSequence & Sendable>(
        _ method: CallMethod, _ path: String, _ body: Body, length: Int64?
    ) async throws(ClientError) -> ByteBuffer where Body.Element == ByteBuffer {
        var request = request(method, path)
        request.headers.replaceOrAdd(name: "content-type", value: "application/octet-stream")
        request.body = .stream(body, length: length.map { .known($0) } ?? .unknown)
        do {
            let response = try await http.execute(request, deadline: .distantFuture)
            let bytes = try await response.body.collect(upTo: Self.longestAnswer)
            try Self.check(response, bytes)
            return bytes
        } catch let error as ClientError {
            throw error
        } catch {
            throw failure(error)
        }
    }

    /// Opens an answer that goes on for as long as the server has something to say.
    func open(_ path: String) async throws(ClientError) -> HTTPClientResponse.Body {
        do {
            let response = try await execute(request(.get, path), deadline: .distantFuture)
            if response.status != .ok { try Self.check(response, try await response.body.collect(upTo: Self.longestAnswer)) }
            return response.body
        } catch let error as ClientError {
            throw error
        } catch {
            throw failure(error)
        }
    }

    private func execute(_ request: HTTPClientRequest, deadline: NIODeadline) async throws -> HTTPClientResponse {
        let began = ContinuousClock.now
        var isSaid = false
        while true {
            do { return try await http.execute(request, deadline: deadline) } catch {
                let waited = ContinuousClock.now - began
                guard isWorthAnotherTry(error), waited < patience else { throw error }
                if !isSaid, waited >= .seconds(1) {
                    isSaid = true
                    whenUnanswered?(patience - waited)
                }
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Nobody listens there, and somebody soon may: no connection was made, so that nothing was asked yet.
    private func isWorthAnotherTry(_ error: any Error) -> Bool {
        guard case .unreachable = failure(error) else { return false }
        guard let error = error as? IOError else { return true }
        switch error.errnoCode {
        case EACCES: return false
        case ENOENT:
            // A folder that is not there is no data directory of a server that starts.
            guard case .unixSocket(let path) = address else { return true }
            return FileManager.default.fileExists(atPath: (path as NSString).deletingLastPathComponent)
        default: return true
        }
    }

    private func request(_ method: CallMethod, _ path: String) -> HTTPClientRequest {
        var request: HTTPClientRequest
        switch address {
        case .unixSocket(let socket):
            let escaped = socket.addingPercentEncoding(withAllowedCharacters: .urlHostAllowed) ?? socket
            request = HTTPClientRequest(url: "http+unix://\(escaped)\(path)")
        case .url(let url, let token):
            request = HTTPClientRequest(url: url + path)
            if !token.isEmpty { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        }
        request.method = HTTPMethod(rawValue: method.rawValue)
        return request
    }

    private static func check(_ response: HTTPClientResponse, _ bytes: ByteBuffer) throws(ClientError) {
        guard !(200..<300).contains(response.status.code) else { return }
        if let problem = try? JSONDecoder().decode(Problem.self, from: Data(buffer: bytes)) { throw .problem(problem) }
        throw .malformed(detail: "the server answered \(response.status.code) without saying why")
    }

    func failure(_ error: any Error) -> ClientError {
        if let detail = Self.distrust(error) { return .untrusted(address: address.text, detail: detail) }
        return switch error {
        case is NIOConnectionError: .unreachable(address: address.text, detail: "\(error)")
        case let error as HTTPClientError where error == .connectTimeout:
            .unreachable(address: address.text, detail: "no answer within 5 s")
        case let error as IOError where [ECONNREFUSED, ENOENT, EACCES].contains(error.errnoCode):
            .unreachable(address: address.text, detail: String(cString: strerror(error.errnoCode)))
        default: .interrupted(detail: "\(error)")
        }
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
