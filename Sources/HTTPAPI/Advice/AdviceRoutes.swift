import Advice
import Advisor
import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/advice/…`: what a model needs, what suits, and what it costs. Nothing of it changes anything.
struct AdviceRoutes {
    let service: CheckoutService

    func add(to group: RouterGroup<CarrelContext>) {
        group.get("advice/fit", use: fit)
        group.get("advice/speed", use: speed)
        group.get("advice/accelerators", use: accelerators)
        group.get("advice/gpus", use: gpus)
        group.get("advice/device", use: device)
        group.get("advice/cost", use: cost)
    }

    private func fit(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        return .json(try fit(AdviceQuery(request)))
    }

    private func speed(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        let query = AdviceQuery(request), count = try query.whole("gpus") ?? 1
        guard let gpu = query.text("gpu") else { throw Problem.badInput("`gpu` is missing: which GPU?") }
        return .json(
            try Self.advised { () throws(AdviceError) in
                try SpeedDesk.answer(
                    workload: query.text("workload") ?? "transformer-train", precision: query.text("precision"), gpu: gpu,
                    count: count, relativeTo: query.text("relativeTo"))
            })
    }

    private func accelerators(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        return .json(try compare(AdviceQuery(request)))
    }

    private func gpus(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        return .json(try choice(AdviceQuery(request)))
    }

    private func device(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        return .json(try offload(AdviceQuery(request)))
    }

    private func cost(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        return .json(try await ownership(AdviceQuery(request)))
    }

    func fit(_ query: AdviceQuery) throws -> FitView {
        let question = try query.fit(), rents = RentsToday(today)
        let pool = PoolAccelerators(service.state)
        var view = try Self.advised(query) { () throws(AdviceError) in
            try FitDesk.answer(question, rents: rents, pool: pool.accelerators)
        }
        view.assumptions = view.assumptions.map(query.said)
        view.timeNotes = view.timeNotes.map(query.said)
        pool.mark(&view.devices, \.gpu, \.inPool)
        return view
    }

    func choice(_ query: AdviceQuery) throws -> ChoiceView {
        let question = try query.choice(year: today.year), pool = PoolAccelerators(service.state)
        var view = try Self.advised(query) { () throws(AdviceError) in try ChoiceDesk.answer(question, pool: pool.stocks) }
        view.assumptions = view.assumptions.map(query.said)
        view.remedy = view.remedy.map(query.said)
        for index in view.leftOut.indices { view.leftOut[index].reason = query.said(view.leftOut[index].reason) }
        pool.mark(&view.candidates, \.gpu, \.inPool)
        return view
    }

    func compare(_ query: AdviceQuery) throws -> AcceleratorList {
        let names = query.texts("gpu"), pool = PoolAccelerators(service.state)
        var list = try Self.advised(query) { () throws(AdviceError) in try CompareDesk.answer(names) }
        pool.mark(&list.accelerators, \.name, \.inPool)
        return list
    }

    /// Of the machine that the server runs on, if nothing else is said.
    func offload(_ query: AdviceQuery) throws -> OffloadView {
        let cores = service.state.nodes.map { Int($0.cores.thousandths / 1_000) }.max() ?? 8
        let question = try query.offload(cores: max(1, cores))
        var view = try Self.advised(query) { () throws(AdviceError) in try OffloadDesk.answer(question) }
        view.assumptions = view.assumptions.map(query.said)
        return view
    }

    /// With the pool's electricity price and measured use, where they are known.
    func ownership(_ query: AdviceQuery) async throws -> OwnershipView {
        var question = try query.ownership(service)
        // Measuring reads every ended lease: not for who says how much is used.
        if question.busy == nil { question.measuredBusy = try await service.measuredUse() }
        return try Self.advised { () throws(AdviceError) in try OwnershipDesk.answer(question) }
    }

    private var today: CivilDate {
        CivilDate(String(service.clock.now().utcText.prefix(10))) ?? CivilDate.first
    }

    /// Where errors of advice become problems.
    static func advised<Answer>(
        _ query: AdviceQuery? = nil, _ body: () throws(AdviceError) -> Answer
    ) throws(Problem) -> Answer {
        do throws(AdviceError) { return try body() } catch {
            throw Problem.badInput(query?.isForm == true ? error.onPage : error.overHTTP)
        }
    }
}
