import CheckoutService
import Crypto
import FleetModel
import Hummingbird
import LeaseLedger
import SoftwareStack
import WebPages
import WireModel

/// `/environments`: those there are, and a form that makes one.
struct EnvironmentPages {
    let desk: EnvironmentDesk

    func add(to router: Router<CarrelContext>) {
        router.get("environments", use: show)
        router.post("environments", use: create)
        router.post("environments/:name/remove", use: remove)
    }

    private func show(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        return .page(try await page(request, caller, EnvironmentsPage.Form(), nil).html())
    }

    /// Asks for it, and shows what was typed again where it could not be taken.
    private func create(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let form = EnvironmentsPage.Form(try await request.form())
        do {
            var body = NewEnvironment(name: form.name)
            let packages = form.packages.split(whereSeparator: { $0.isWhitespace || $0 == "," }).map(String.init)
            body.with = (Framework(word: form.framework).map { [$0.rawValue] } ?? []) + packages
            body.shared = form.isShared
            do throws(EnvironmentRecipe.Fault) { _ = try EnvironmentRecipe(body.with ?? [], driver: nil) } catch {
                throw Problem.badInput(error.words)
            }
            let view = try await desk.create(body, by: caller, key: form.idempotencyKey)
            context.audit.subject = "\(view.id)"
            return .seeOther(Link.path("work", "\(view.id)").with("done", RequestPage.Done.asked.rawValue))
        } catch let error as CancellationError {
            throw error
        } catch {
            let problem = try Problem(thrown: error, by: request, context)
            return .page(try await page(request, caller, form, problem).html(), status: .init(code: problem.status))
        }
    }

    private func remove(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let isShared = try await request.form()["shared"] == "1"
        let view = try await desk.remove(context.pathPart("name"), isShared: isShared, home: nil, by: caller)
        context.audit.subject = "\(view.id)"
        return .seeOther(Link.path("work", "\(view.id)").with("done", RequestPage.Done.asked.rawValue))
    }

    private func page(
        _ request: Request, _ caller: Caller, _ form: EnvironmentsPage.Form, _ problem: Problem?
    ) async throws -> EnvironmentsPage {
        var form = form
        // A form that is sent twice, by a double click, asks once.
        form.key = String(UInt64.random(in: 0 ... .max), radix: 36) + String(UInt64.random(in: 0 ... .max), radix: 36)
        return EnvironmentsPage(
            viewer: Viewer(caller, request), now: ViewMaker(desk.service).wall,
            environments: try await desk.list(for: caller.requester.user), form: form, problem: problem)
    }
}

extension EnvironmentsPage.Form {
    init(_ body: FormBody) {
        self.init()
        func text(_ field: EnvironmentsPage.Field) -> String { body[field.rawValue] ?? "" }
        name = text(.name)
        framework = text(.framework)
        packages = text(.packages)
        isShared = text(.shared) == "1"
        key = text(.key)
    }

    fileprivate var idempotencyKey: IdempotencyKey? {
        guard !key.isEmpty, key.utf8.count <= 100 else { return nil }
        let fields = [name, framework, packages, isShared ? "1" : ""].map { "\($0.utf8.count):\($0)" }.joined()
        let digest = SHA256.hash(data: Array(fields.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        return IdempotencyKey(key: "page-env-" + key, digest: digest.joined())
    }
}
