import Advice
import Advisor
import CatalogueFiles
import Hummingbird
import WebPages
import WireModel

/// The pages of *Plan*: the API's answers, and its questions as forms.
struct AdvicePages {
    let routes: AdviceRoutes
    let kept: KeptCostRoutes

    func add(to router: Router<CarrelContext>) {
        router.get("plan", use: fit)
        router.get("plan/gpu", use: gpu)
        router.get("plan/device", use: device)
        router.get("plan/cost", use: cost)
        router.post("plan/cost/keep", use: keepCost)
        router.post("plan/cost/forget", use: forgetCost)
        router.get("plan/compare", use: compare)
    }

    private func fit(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let viewer = Viewer(try context.signedIn(), request), query = AdviceQuery(request, isForm: true)
        let isAsked = query.text("model") != nil || query.text("params") != nil
        let (answer, problem) = await outcome(isAsked) { try routes.fit(query) }
        return .page(
            FitPage(
                viewer: viewer, form: form(query), answer: answer, problem: problem, models: KnownModel.all.map(\.name)
            ).html())
    }

    private func gpu(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let viewer = Viewer(try context.signedIn(), request), query = AdviceQuery(request, isForm: true)
        let (answer, problem) = await outcome(true) { try routes.choice(query) }
        return .page(ChoicePage(viewer: viewer, form: form(query), answer: answer, problem: problem).html())
    }

    private func device(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let viewer = Viewer(try context.signedIn(), request), query = AdviceQuery(request, isForm: true)
        let (answer, problem) = await outcome(true) { try routes.offload(query) }
        return .page(OffloadPage(viewer: viewer, form: form(query), answer: answer, problem: problem).html())
    }

    private func cost(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn(), viewer = Viewer(caller, request), query = AdviceQuery(request)
        if let link = query.touched { return .seeOther(link) }
        let (answer, problem) = await outcome(true) { try await routes.ownership(query) }
        return .page(
            CostPage(
                viewer: viewer, form: form(query), answer: answer, problem: problem,
                kept: viewer.isOperator ? kept.keeper?.view : nil
            ).html())
    }

    /// Keeps what the page was asked, and shows it again.
    private func keepCost(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("have owning and renting compared"), form = try await request.form()
        var options: [String: String] = [:]
        for name in AdviceQuery.kept where name != "rentSource" { options[name] = form.said(name) }
        try await kept.keep(options, by: caller)
        return .seeOther(
            AdviceQuery.ofCost.reduce(Link("/plan/cost")) { $0.with($1, options[$1.description]) })
    }

    private func forgetCost(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("end the comparison of owning and renting")
        _ = try await request.form()
        try await kept.forget(by: caller)
        return .seeOther(Link("/plan/cost"))
    }

    private func compare(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let viewer = Viewer(try context.signedIn(), request), query = AdviceQuery(request, isForm: true),
            names = query.texts("gpu")
        let (answer, problem) = await outcome(!names.isEmpty) {
            try routes.compare(query)
        }
        return .page(
            ComparePage(
                viewer: viewer, form: form(query), answer: answer, problem: problem,
                names: BuiltInTables.catalogue.accelerators.map(\.name)
            ).html())
    }

    private func form(_ query: AdviceQuery) -> PlanForm { PlanForm { query.given($0) } }

    /// What can't be answered is said above the form, which keeps what was typed.
    private func outcome<Answer>(
        _ isAsked: Bool, _ answer: () async throws -> Answer
    ) async -> (Answer?, Problem?) {
        guard isAsked else { return (nil, nil) }
        do { return (try await answer(), nil) } catch let problem as Problem { return (nil, problem) } catch {
            return (nil, Problem.badInput("The answer could not be made. Ask again."))
        }
    }
}
