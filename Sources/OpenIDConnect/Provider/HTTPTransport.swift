import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Asks over HTTP: with a deadline, for a bounded answer, and at no other address than the one that is asked.
package struct HTTPTransport: ProviderTransport {
    static let most = 1 << 20
    private static let wait = TimeAmount.seconds(10)

    private let http: HTTPClient

    package init() {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        // Little that is sent must not become much.
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.timeout = .init(connect: .seconds(5))
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    package func shutdown() async { try? await http.shutdown() }

    package func get(_ url: String) async throws(OpenIDFailure) -> [UInt8] {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "accept", value: "application/json")
        let answer = try await answer(to: request, url)
        guard answer.status == 200 else { throw .status(url: url, answer.status) }
        return answer.body
    }

    package func post(_ url: String, form: String, authorization: String?) async throws(OpenIDFailure) -> ProviderAnswer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        if let authorization { request.headers.add(name: "authorization", value: authorization) }
        request.body = .bytes(ByteBuffer(string: form))
        let answer = try await answer(to: request, url)
        guard answer.status == 200 || (400..<500).contains(answer.status) else { throw .status(url: url, answer.status) }
        return answer
    }

    private func answer(to request: HTTPClientRequest, _ url: String) async throws(OpenIDFailure) -> ProviderAnswer {
        do {
            let response = try await http.execute(request, timeout: Self.wait)
            let body = try await response.body.collect(upTo: Self.most)
            return ProviderAnswer(status: Int(response.status.code), body: Array(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw .tooLong(url: url, most: Self.most)
        } catch {
            throw .unreachable(url: url, detail: "\(error)")
        }
    }
}
