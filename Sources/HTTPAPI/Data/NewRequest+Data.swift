import CheckoutService
import FleetModel
import LeaseLedger
import WireModel

extension NewRequest {
    /// The data sets that are asked for, each once. Of one that is for others nothing is told.
    func dataNames(by caller: Caller, in state: LedgerState, _ catalog: (any DataCatalog)?) throws(Problem) -> [String] {
        var names: [String] = []
        for name in data ?? [] where !names.contains(name) { names.append(name) }
        guard !names.isEmpty else { return [] }
        guard names.count <= DataPlace.mostPerRequest else {
            throw .badInput(
                "Work is shown at most \(DataPlace.mostPerRequest) data sets, and \(names.count) are asked for. Put what belongs together into one."
            )
        }
        let team = state.team(of: caller.requester.user)
        let known = (catalog?.dataSets ?? []).filter { $0.isFor(team) }.map(\.name)
        for name in names where !known.contains(name) {
            let nearest = Likeness.nearest(to: name, in: known).first.map { " Did you mean “\($0)”?" } ?? ""
            throw Problem(
                "unknown-data", title: "No such data set", status: 422,
                detail:
                    "There is no data set “\(name.shown)” for you; nothing was asked for.\(nearest) `carrel data` lists those that there are.",
                exitCode: ExitCode.usage)
        }
        return names
    }
}
