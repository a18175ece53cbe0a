import Advice
import Advisor
package import CheckoutService
package import FleetModel
import Foundation
import LeaseLedger
import Synchronization
import WireModel

/// Where what administrators have the server keep by name lies.
package protocol SettingStorage: Sendable {
    /// nil: nothing is kept under this name.
    func setting(_ name: String) async throws -> String?
    /// - Parameter value: nil: nothing any more.
    func keepSetting(_ name: String, _ value: String?, at time: Timestamp) async throws
}

/// A site's assumptions about owning and renting, compared with the pool's use once an hour, and what was found last.
package actor OwnershipKeeper {
    /// As it lies on the disk: later versions may add to it.
    struct Kept: Codable, Equatable, Sendable {
        var options: [String: String]
        var by: String
        /// Milliseconds on the ledger's clock, as all times here.
        var at: Int64
        var verdict: Verdict?

        struct Verdict: Codable, Equatable, Sendable {
            var ownsCheaper: Bool
            var since: Int64
            var hasTurned: Bool
            var comparedAt: Int64
            /// Thousandths of the time.
            var busy: Int
            var breakEven: Double?
        }
    }

    private static let name = "ownOrRent"
    private static let firstAfter = Duration.seconds(60), interval = Duration.seconds(3_600)

    private let service: CheckoutService
    private let storage: any SettingStorage
    private let measure: @Sendable () async throws -> Int?
    private let complain: @Sendable (String) -> Void
    private nonisolated let known: Mutex<Kept?>
    /// Over when the newest change is.
    private var turn: Task<Void, Never>?

    /// - Parameter measure: the pool's use in thousandths; nil: as its ended leases say.
    package init(
        _ service: CheckoutService, _ storage: any SettingStorage, measure: (@Sendable () async throws -> Int?)? = nil,
        complain: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws {
        (self.service, self.storage, self.complain) = (service, storage, complain)
        self.measure = measure ?? { try await service.measuredUse() }
        let text = try await storage.setting(Self.name)
        let kept = text.flatMap { try? JSONDecoder().decode(Kept.self, from: Data($0.utf8)) }
        if text != nil, kept == nil {
            complain("what was kept about owning and renting can't be read; keep it again with carrel plan cost --keep")
        }
        known = Mutex(kept)
    }

    nonisolated var kept: Kept? { known.withLock { $0 } }

    /// Compares once an hour until cancelled.
    package func run() async {
        try? await Task.sleep(for: Self.firstAfter)
        while !Task.isCancelled {
            do { try await compare() } catch {
                complain("owning and renting were not compared, what was found last stays: \(error)")
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Keeps assumptions in place of others, and compares at once.
    func keep(_ options: [String: String], by user: UserName) async throws {
        var pinned = options
        let view = try answer(options, busy: 500)
        // Prices of tables change with the binary and with the day: what is kept stays what it was.
        for line in view.assumptions where line.parameter == "price" || line.parameter == "rent" {
            guard options[line.parameter] == nil else { continue }
            pinned[line.parameter] = line.written
            if line.parameter == "rent" { pinned["rentSource"] = line.source }
        }
        let kept = Kept(options: pinned, by: user.name, at: service.clock.now().milliseconds)
        try await inTurn { try await self.store(kept) }
        do { try await compare() } catch is CancellationError { throw CancellationError() } catch {
            complain("owning and renting were not compared yet: \(error)")
        }
    }

    func forget() async throws { try await inTurn { try await self.store(nil) } }

    /// Nothing where nothing is kept, or the pool was hardly used.
    func compare() async throws {
        guard let before = kept, let busy = try await measure() else { return }
        let both = try both(before.options, busy: busy), now = service.clock.now()
        try await inTurn {
            // What was kept meanwhile is compared by whoever kept it.
            guard var kept = self.kept, kept.at == before.at, kept.options == before.options else { return }
            let last = kept.verdict.map {
                OwnershipStanding(
                    ownsCheaper: $0.ownsCheaper, since: Timestamp(milliseconds: $0.since), hasTurned: $0.hasTurned)
            }
            let standing = OwnershipStanding.after(last, both, busy: busy, at: now)
            kept.verdict = Kept.Verdict(
                ownsCheaper: standing.ownsCheaper, since: standing.since.milliseconds, hasTurned: standing.hasTurned,
                comparedAt: now.milliseconds, busy: busy, breakEven: both.breakEven)
            try await self.store(kept)
        }
    }

    private func store(_ kept: Kept?) async throws {
        let text = try kept.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        try await storage.keepSetting(Self.name, text, at: service.clock.now())
        known.withLock { $0 = kept }
    }

    /// One change after the other, on the disk as in memory.
    private func inTurn(_ change: @escaping @Sendable () async throws -> Void) async throws {
        let before = turn
        let task = Task {
            await before?.value
            try await change()
        }
        turn = Task { _ = await task.result }
        try await task.value
    }

    /// Throws a problem where the options are none of the question's, or can't be answered.
    private nonisolated func question(_ options: [String: String]) throws -> OwnershipDesk.Question {
        for (name, value) in options {
            guard AdviceQuery.kept.contains(name) else {
                throw Problem.badInput(
                    name == "utilisation"
                        ? "`utilisation` is measured here, and not kept: leave it out."
                        : "`\(name.shown)` is no option that is kept. Known are \(AdviceQuery.kept.joined(separator: ", "))."
                )
            }
            guard !value.isEmpty, value.utf8.count <= 200, !value.contains(where: \.isNewline) else {
                throw Problem.badInput("`\(name.shown)` is one line of at most 200 bytes.")
            }
        }
        var question = try AdviceQuery(options).ownership(service)
        question.rentSource = options["rentSource"]
        return question
    }

    /// - Parameter busy: as it was measured.
    private nonisolated func both(_ options: [String: String], busy: Int) throws -> OwnOrRent {
        var question = try question(options)
        question.measuredBusy = busy
        return try AdviceRoutes.advised { () throws(AdviceError) in try OwnershipDesk.both(question) }
    }

    private nonisolated func answer(_ options: [String: String], busy: Int) throws -> OwnershipView {
        var question = try question(options)
        question.busy = busy
        return try AdviceRoutes.advised { () throws(AdviceError) in try OwnershipDesk.answer(question) }
    }

    /// nil: nothing is kept.
    nonisolated var view: KeptOwnership? {
        guard let kept else { return nil }
        let views = ViewMaker(service), verdict = kept.verdict
        func text(_ time: Int64) -> String { views.text(Timestamp(milliseconds: time)) }
        let words = verdict.map {
            OwnershipWords.standing(
                ownsCheaper: $0.ownsCheaper, since: String(text($0.since).prefix(10)), hasTurned: $0.hasTurned,
                busy: $0.busy,
                breakEven: $0.breakEven)
        }
        return KeptOwnership(
            options: kept.options, keptBy: kept.by, keptAt: text(kept.at),
            cheaper: verdict.map { $0.ownsCheaper ? "own" : "rent" }, since: verdict.map { text($0.since) },
            hasTurned: verdict?.hasTurned ?? false, comparedAt: verdict.map { text($0.comparedAt) },
            utilisation: verdict.map { Double($0.busy) / 1_000 }, breakEven: verdict?.breakEven,
            words: words ?? OwnershipWords.notCompared)
    }
}

extension CheckoutService {
    /// How much of the last thirty days the pool's GPUs were leased, in thousandths; nil: there are none, or they were first used a
    /// few hours ago.
    func measuredUse() async throws -> Int? {
        let gpus = state.nodes.reduce(0) { $0 + $1.deviceCount }
        guard gpus > 0 else { return nil }
        let now = clock.now()
        var use = MeasuredUse(from: now + TimeSpan(milliseconds: -TimeSpan.days(30).milliseconds), until: now)
        let state = state
        for id in state.live {
            guard let lease = state.requests[id]?.lease else { continue }
            use.add(devices: lease.allocation.devices.count, from: lease.grantedAt, until: lease.receipt?.closedAt)
        }
        try await forEachEnded { record in
            // What ended meanwhile is counted already.
            guard let lease = record.lease, let receipt = lease.receipt, !state.live.contains(record.id) else { return }
            use.add(devices: lease.allocation.devices.count, from: receipt.grantedAt, until: receipt.closedAt)
        }
        // Of no use at all nobody can say what it costs.
        return use.thousandths(devices: gpus).map { max(1, $0) }
    }
}
