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
        } catch let problem as Problem {
            return .problem(problem)
        } catch let error as ServiceError {
            return .problem(Problem(error))
        } catch let error as EngineError {
            return .problem(Problem(error))
        } catch let error as ArchiveError {
            return .problem(Problem(error))
        } catch let error as TokenError {
            return .problem(Problem(error))
        } catch let error as HTTPError where error.status == .notFound {
            return .problem(.notFound("There is nothing at \(request.method.rawValue) \(request.uri.path.shown)."))
        } catch let error as HTTPError {
            return .problem(
                Problem("http", title: error.status.reasonPhrase, status: error.status.code, detail: error.body ?? ""))
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            context.logger.error("a route failed", metadata: ["path": "\(request.uri.path.shown)", "error": "\(error)"])
            return .problem(.internalError("Something failed in the server; its log names it. Nothing is lost."))
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
