import CheckoutService
import EngineInterface
import FleetModel
import LeaseLedger
import WireModel

/// Lists data sets, and lets administrators add and remove them.
struct DataDesk {
    let service: CheckoutService
    /// nil: this server keeps none.
    let shelf: DataShelf?
    let surveyor: (any DataSurveyor)?
    /// nil: this server keeps no copies.
    var keeper: (any DataCopyKeeper)?
    var refills = DataRefills()

    /// Those that somebody may use; administrators see all. Of one that is for others nothing is told.
    func list(for caller: Caller) async -> [DataSetView] {
        let state = service.state, team = state.team(of: caller.requester.user)
        let seen = (shelf?.dataSets ?? []).filter { caller.requester.isAdministrator || $0.isFor(team) }
        let copies = await keeper?.copies(of: seen.map(\.name)) ?? [:]
        return seen.map { view($0, state, copies[$0.name]) }
    }

    /// Throws a problem where somebody may not, or where it can't be one.
    func add(_ body: NewDataSet, by caller: Caller) async throws -> DataSetView {
        guard caller.requester.isAdministrator else { throw Problem.administratorsOnly("add data sets") }
        guard let shelf, let surveyor else { throw Problem.badInput("This server keeps no data sets.") }
        guard DataPlace.isName(body.name) else {
            throw Problem.badInput(
                "“\(body.name.shown)” is no name for a data set: letters, digits and . _ - after a letter or digit, at most 64."
            )
        }
        let about = try checked(about: body.about ?? ""), teams = try checked(teams: body.teams ?? [])
        guard shelf.dataSet(body.name) == nil else { throw Problem.dataExists(body.name) }
        guard shelf.dataSets.count < DataSet.mostSets else {
            throw Problem.badInput(
                "There are \(DataSet.mostSets) data sets already, the most that are kept; remove one first.")
        }
        let facts = try await survey(body.folder, surveyor)
        var set = DataSet(
            name: body.name, folder: facts.path, about: about, teams: teams, isOpen: facts.isOpen,
            addedBy: caller.requester.user, addedAt: service.clock.now())
        (set.files, set.bytes) = (facts.files, facts.bytes)
        guard try await shelf.add(set) else { throw Problem.dataExists(body.name) }
        return view(set, service.state)
    }

    /// Changes what is said about it and whom it is for; what is absent stays. What runs keeps what it is shown.
    func change(_ name: String, _ body: DataSetChange, by caller: Caller) async throws -> DataSetView {
        guard caller.requester.isAdministrator else { throw Problem.administratorsOnly("change data sets") }
        guard let shelf, let set = shelf.dataSet(name) else { throw Problem.noDataSet(name) }
        let changed = set.with(about: try body.about.map(checked(about:)), teams: try body.teams.map(checked(teams:)))
        guard try await shelf.change(changed) else { throw Problem.noDataSet(name) }
        return view(changed, service.state, await keeper?.copies(of: [name])[name])
    }

    private func checked(about: String) throws(Problem) -> String {
        guard about.isEmpty || LedgerState.isUsableName(about, limit: DataSet.longestAbout) else {
            throw .badInput("What is said about a data set is one line of at most \(DataSet.longestAbout) bytes.")
        }
        return about
    }

    private func checked(teams: [String]) throws(Problem) -> [TeamName] {
        let state = service.state
        let names = teams.map { TeamName($0) }
        for team in names { try state.checkTeam(team) }
        return names
    }

    func survey(
        _ folder: String, _ surveyor: any DataSurveyor, kept: String = "Nothing was added"
    ) async throws -> DataFolderFacts {
        guard folder.utf8.first == UInt8(ascii: "/"), !folder.utf8.contains(0), folder.utf8.count < 4_096 else {
            throw Problem.badInput("“\(folder.shown)” is not an absolute path.")
        }
        let found: DataSurvey
        do throws(EngineError) { found = try await surveyor.survey(folder) } catch {
            throw Problem(
                "not-looked-at", title: "Can't be looked at now", status: 503,
                detail: "The folder could not be looked at: \(error). \(kept); ask again in a moment.", exitCode: 1)
        }
        guard case .folder(let facts) = found else { throw Problem(found, folder, kept: kept) }
        return facts
    }

    /// - Parameter force: also while somebody asks for it: what runs keeps what it is shown, what waits will not start.
    func remove(_ name: String, force: Bool, by caller: Caller) async throws {
        // Whoever may not remove them is told that, and not which there are.
        guard caller.requester.isAdministrator else { throw Problem.administratorsOnly("remove data sets") }
        guard let shelf, shelf.dataSet(name) != nil else { throw Problem.noDataSet(name) }
        let users = service.state.users(ofData: name)
        guard force || users.isEmpty else { throw Problem.dataInUse(name, by: users) }
        guard try await shelf.remove(name) else { throw Problem.noDataSet(name) }
        guard let keeper, await keeper.hasFiles(name) else { return }
        // The set is removed, whatever becomes of this; `carrel data cache NAME --remove` asks again.
        _ = try? await submit(.remove(name: name), by: caller.requester.user, key: nil)
    }

    private func view(_ set: DataSet, _ state: LedgerState, _ copy: DataCopyStanding? = nil) -> DataSetView {
        var view = DataSetView(
            name: set.name, folder: set.folder, path: "\(DataPlace.shown)/\(set.name)",
            about: set.about.isEmpty ? nil : set.about, teams: set.teams.isEmpty ? nil : set.teams.map(\.name),
            addedBy: set.addedBy.name, addedAt: ViewMaker(service).text(set.addedAt),
            readableByAll: set.isOpen, usedBy: state.users(ofData: set.name).count)
        (view.files, view.sizeBytes) = (set.files, set.bytes)
        switch copy {
        case .whole(let record):
            view.copy = DataCopyView(
                whole: true, files: record.files, sizeBytes: record.bytes,
                madeAt: record.madeAt.utcText)
        case .missing: view.copy = DataCopyView(whole: false)
        case nil: break
        }
        return view
    }
}

extension LedgerState {
    /// The requests that wait and the leases that are not over which ask for a data set, in order.
    func users(ofData name: String) -> [LeaseID] {
        (Array(live) + waiting).filter { requests[$0]?.wishes?.data?.contains(name) ?? false }.sorted()
    }
}
