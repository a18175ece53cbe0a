import CheckoutService
import FleetModel
import Foundation
import LeaseLedger
import WireModel

/// Lists environments, and has them made and removed by work without a GPU: its log, its end and its sandbox are those of a request.
struct EnvironmentDesk {
    let service: CheckoutService
    /// nil: this server keeps no shared ones.
    let keeper: (any EnvironmentKeeper)?

    /// Large frameworks take their time over a slow network.
    private static let time = TimeSpan.hours(4)
    /// How far back is looked for what somebody made.
    private static let mostRecords = 1_000

    /// Shared ones, and those of a user that work of theirs made: what else lies in their home the server can't see.
    func list(for user: UserName) async throws -> [EnvironmentView] {
        try await own(of: user) + (keeper?.shared() ?? [])
    }

    private func own(of user: UserName) async throws -> [EnvironmentView] {
        let views = ViewMaker(service)
        let ended = try await service.archive.endedRecords(before: nil, limit: Self.mostRecords, user: user)
        var gone: Set<String> = [], found: [EnvironmentView] = []
        // The newest first: what was said last of a name counts.
        for record in ended.sorted(by: { $0.id > $1.id }) {
            let view = views.request(record)
            guard view.exitCode == 0, let work = EnvironmentWork.named(view.name), !work.isShared,
                gone.insert(work.name).inserted, work.action == "create"
            else { continue }
            var environment = EnvironmentView(
                name: work.name, kind: "carrel", shared: false, folder: "~/\(EnvironmentPlace.ownFolder)/\(work.name)")
            environment.createdAt = view.lease?.endedAt ?? view.submittedAt
            found.append(environment)
        }
        return found.sorted { $0.name < $1.name }
    }

    /// Throws a problem where somebody may not, or where what was asked for is none.
    func create(_ body: NewEnvironment, by caller: Caller, key: IdempotencyKey?) async throws -> RequestView {
        for path in [body.python, body.wheelhouse].compactMap({ $0 }) where !path.hasPrefix("/") {
            throw Problem.badInput("“\(path.shown)” is not an absolute path.")
        }
        let work = EnvironmentWork(
            action: "create", name: body.name, wishes: body.with ?? [], python: body.python, wheelhouse: body.wheelhouse)
        return try await submit(work, isShared: body.shared ?? false, body, by: caller, key: key)
    }

    /// - Parameter home: of a user without an account; nil: the account says it.
    func remove(_ name: String, isShared: Bool, home: String?, by caller: Caller) async throws -> RequestView {
        var body = NewEnvironment(name: name)
        body.environment = home.map { ["HOME=\($0)"] }
        return try await submit(
            EnvironmentWork(action: "remove", name: name, wishes: []), isShared: isShared, body, by: caller, key: nil)
    }

    private func submit(
        _ work: EnvironmentWork, isShared: Bool, _ body: NewEnvironment, by caller: Caller, key: IdempotencyKey?
    ) async throws -> RequestView {
        guard EnvironmentPlace.isName(work.name) else {
            throw Problem.badInput(
                "“\(work.name.shown)” is no name for an environment: letters, digits and . _ - after a letter or digit, at most 64."
            )
        }
        var work = work
        if isShared {
            guard caller.requester.isAdministrator else {
                throw Problem.administratorsOnly("make or remove shared environments; your own needs no --shared")
            }
            guard let keeper else { throw Problem.badInput("This server keeps no shared environments.") }
            work.sharedFolder = keeper.sharedFolder(work.name)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(work), as: UTF8.self)
        let wanted = NewRequest(
            name: work.title, command: [EnvironmentPlace.program, EnvironmentWork.verb, text], directory: "/",
            environment: body.environment, gpus: "0", cpus: body.cpus, memory: body.memory,
            time: service.time(for: caller.requester.user, atMost: Self.time).typed)
        let software: EnvironmentUse? = isShared ? .changesShared(work.name) : nil
        let new = NewWork(
            submission: try wanted.submission(by: caller, in: service.state),
            order: try wanted.order(by: caller, software: software), key: key)
        return ViewMaker(service).request(try await service.takeIn(new).record)
    }
}

/// What the work is told on its command line: the same keys as the room that does it reads.
struct EnvironmentWork: Encodable {
    /// The verb of Carrel's own program that does it.
    static let verb = "__environment"

    let action: String
    let name: String
    var sharedFolder: String?
    let wishes: [String]
    var python: String?
    var wheelhouse: String?

    /// What lists show of the work.
    var title: String { "env \(action) \(name)" + (sharedFolder == nil ? "" : " (shared)") }

    /// What a title tells; nil: it is none of these.
    static func named(_ title: String) -> (action: String, name: String, isShared: Bool)? {
        let words = title.split(separator: " ").map(String.init)
        guard words.count >= 3, words[0] == "env", ["create", "remove"].contains(words[1]), EnvironmentPlace.isName(words[2])
        else { return nil }
        return (words[1], words[2], words.count > 3)
    }
}
