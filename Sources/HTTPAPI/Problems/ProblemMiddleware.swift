import Accounts
import Foundation
import HTTPTypes
import Hummingbird
import LeaseLedger
import Logging
import NIOCore
import WireModel
import CheckoutService
import EngineInterface

/// Turns every error into a problem document; the only place where errors become responses.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = CarrelContext

    func handle(
        _ request: Request, context: CarrelContext, next: (Request, CarrelContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return .problem(try Problem(thrown: error, by: request, context))
        }
    }
}

extension Problem {
    /// What a route's error is to its client. Throws what is no answer: the client has gone.
    init(thrown error: any Error, by request: Request, _ context: CarrelContext) throws(CancellationError) {
        switch error {
        case let problem as Problem: self = problem
        case let error as ServiceError: self.init(error)
        case let error as EngineError: self.init(error)
        case let error as ArchiveError: self.init(error)
        case let error as TokenError: self.init(error)
        case let error as HTTPError where error.status == .notFound:
            self = .notFound("There is nothing at \(request.method.rawValue) \(request.uri.path.shown).")
        case let error as HTTPError:
            self.init("http", title: error.status.reasonPhrase, status: error.status.code, detail: error.body ?? "")
        case let error as CancellationError: throw error
        default:
            context.logger.error("a route failed", metadata: ["path": "\(request.uri.path.shown)", "error": "\(error)"])
            self = .internalError("Something failed in the server; its log names it. Nothing is lost.")
        }
    }
}

extension Response {
    static func problem(_ problem: Problem) -> Response {
        json(problem, status: HTTPResponse.Status(code: problem.status), type: Problem.mediaType)
    }

    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, type: String = "application/json"
    ) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return Response(status: .internalServerError) }
        return Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }
}

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    static let lastEventID = HTTPField.Name("Last-Event-ID")!
}
