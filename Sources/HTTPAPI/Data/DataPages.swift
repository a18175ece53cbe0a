import CheckoutService
import FleetModel
import Foundation
import Hummingbird
import WebPages
import WireModel

/// `/data`: the data sets that one may use, and for administrators a form that adds one.
struct DataPages {
    let desk: DataDesk

    func add(to router: Router<CarrelContext>) {
        router.get("data", use: show)
        router.post("data", use: create)
        router.post("data/:name/remove", use: remove)
        router.post("data/:name/copy", use: copy)
        router.post("data/:name/delete-copy", use: deleteCopy)
    }

    private func show(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let added = request.uri.queryParameters["added"].map(String.init)
        return .page(await page(request, try context.signedIn(), added: added).html())
    }

    /// Adds it, and shows what was typed again where it could not be taken.
    private func create(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let form = DataPage.Form(try await request.form())
        context.audit.subject = form.name
        do {
            let teams = form.teams.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter {
                !$0.isEmpty
            }
            let set = try await desk.add(
                NewDataSet(
                    name: form.name, folder: form.folder, about: form.about.isEmpty ? nil : form.about,
                    teams: teams.isEmpty ? nil : teams), by: caller)
            return .seeOther(Link("/data").with("added", set.name))
        } catch let error as CancellationError {
            throw error
        } catch {
            let problem = try Problem(thrown: error, by: request, context)
            return .page(await page(request, caller, form, problem).html(), status: .init(code: problem.status))
        }
    }

    private func remove(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let force = try await request.form()["force"] == "1"
        context.audit.subject = context.pathPart("name")
        try await desk.remove(context.pathPart("name"), force: force, by: caller)
        return .seeOther(Link("/data"))
    }

    private func copy(_ request: Request, _ context: CarrelContext) async throws -> Response {
        asked(try await desk.copy(context.pathPart("name"), by: try context.signedIn(), key: nil), context)
    }

    private func deleteCopy(_ request: Request, _ context: CarrelContext) async throws -> Response {
        asked(try await desk.deleteCopy(context.pathPart("name"), by: try context.signedIn()), context)
    }

    /// Leads to the request that does it.
    private func asked(_ view: RequestView, _ context: CarrelContext) -> Response {
        context.audit.subject = "\(view.id)"
        return .seeOther(Link.path("work", "\(view.id)").with("done", RequestPage.Done.asked.rawValue))
    }

    private func page(
        _ request: Request, _ caller: Caller, _ form: DataPage.Form = DataPage.Form(), _ problem: Problem? = nil,
        added: String? = nil
    ) async -> DataPage {
        let sets = await desk.list(for: caller)
        return DataPage(
            viewer: Viewer(caller, request), now: ViewMaker(desk.service).wall, sets: sets, form: form, problem: problem,
            added: sets.first { $0.name == added })
    }
}

extension DataPage.Form {
    init(_ body: FormBody) {
        self.init()
        (name, folder, about, teams) = (body["name"] ?? "", body["folder"] ?? "", body["about"] ?? "", body["teams"] ?? "")
    }
}
