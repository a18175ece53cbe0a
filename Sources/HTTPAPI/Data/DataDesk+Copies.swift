import CheckoutService
import EngineInterface
import FleetModel
import Foundation
import LeaseLedger
import Synchronization
import WireModel

/// Copies of data sets on the node's own disk, made and deleted by work without a GPU.
extension DataDesk {
    /// File servers are slow, and sets are large.
    private static let time = TimeSpan.hours(24)

    /// Has a set copied, anew where there is a copy. Throws a problem where somebody may not, or where it can't be.
    func copy(_ name: String, by caller: Caller, key: IdempotencyKey?) async throws -> RequestView {
        let set = try mayCopy(name, caller)
        guard let surveyor else { throw Problem.badInput("This server keeps no data sets.") }
        // Its folder is asked now: how much room it takes decides which other copies go.
        let facts = try await survey(set.folder, surveyor, kept: "Nothing was copied")
        let act = DataCopyAct.make(name: name, bytes: facts.bytes ?? set.bytes, isAsked: true)
        return try await submit(act, by: caller.requester.user, key: key)
    }

    /// Has the copy deleted; the set stays. Also of a set that is gone: its copy may have been in use then.
    func deleteCopy(_ name: String, by caller: Caller) async throws -> RequestView {
        guard caller.requester.isAdministrator else { throw Problem.administratorsOnly("have copies of data sets deleted") }
        guard DataPlace.isName(name), let keeper, await keeper.hasFiles(name) else { throw Problem.noDataCopy(name) }
        return try await submit(.remove(name: name), by: caller.requester.user, key: nil)
    }

    private func mayCopy(_ name: String, _ caller: Caller) throws(Problem) -> DataSet {
        guard caller.requester.isAdministrator else { throw .administratorsOnly("have data sets copied") }
        guard let set = shelf?.dataSet(name) else { throw .noDataSet(name) }
        return set
    }

    /// Whoever asks for a set does not wait for its copy.
    func refillSoon(_ record: RequestRecord) {
        guard let names = record.wishes?.data, !names.isEmpty else { return }
        Task { await refill(names) }
    }

    /// Has copied what is asked for and should have a copy: its folder has changed, or its room was needed.
    private func refill(_ names: [String]) async {
        guard let keeper, !names.isEmpty else { return }
        let standings = await keeper.copies(of: names), state = service.state
        for name in names where standings[name] != nil {
            if case .whole = standings[name] {
                refills.succeeded(name)
                continue
            }
            guard let set = shelf?.dataSet(name), !state.isBeingCopied(name), refills.begin(name, at: service.clock.now())
            else {
                continue
            }
            // What keeps it from being asked for keeps nobody's work from reading the folder itself.
            let act = DataCopyAct.make(name: name, bytes: set.bytes, isAsked: false)
            _ = try? await submit(act, by: set.addedBy, key: nil)
        }
    }

    func submit(_ act: DataCopyAct, by user: UserName, key: IdempotencyKey?) async throws -> RequestView {
        guard let keeper else { throw Problem.badInput("This server keeps no copies of data sets.") }
        let order: DataCopyOrder, data: [String], title: String
        switch act {
        case .make(let name, let bytes, _):
            (order, data) = (DataCopyOrder(action: .make, name: name, folder: keeper.folder(name), bytes: bytes), [name])
            title = LedgerState.copyTitle(name)
        case .remove(let name):
            (order, data) = (DataCopyOrder(action: .remove, name: name, folder: keeper.folder(name)), [])
            title = "data cache \(name) --remove"
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(order), as: UTF8.self)
        let new = NewWork(
            submission: Submission(
                user: user, name: title,
                resources: ResourceRequest(
                    devices: DeviceSelector(count: 0), duration: service.time(for: user, atMost: Self.time)),
                wishes: WorkWishes(data: data)),
            order: WorkOrder(
                command: [EnvironmentPlace.program, DataCopyOrder.verb, text], directory: "/", environment: [],
                takesInput: false, uid: nil, copying: act),
            key: key)
        return ViewMaker(service).request(try await service.takeIn(new).record)
    }
}

extension LedgerState {
    /// What lists call the work that copies a set.
    fileprivate static func copyTitle(_ name: String) -> String { "data cache \(name)" }

    /// Whether such work waits or runs. Anybody may call theirs so; that puts off a copy, and nothing else.
    fileprivate func isBeingCopied(_ name: String) -> Bool {
        users(ofData: name).contains { requests[$0]?.name == Self.copyTitle(name) }
    }
}

/// When copies were last asked for by themselves: one that can't be made is asked for ever more seldom.
final class DataRefills: Sendable {
    private let last = Mutex<[String: (at: Timestamp, pause: TimeSpan)]>([:])
    static let pause = TimeSpan.minutes(10)
    static let longestPause = TimeSpan.hours(24)

    /// Whether it is time; then it counts as asked for.
    func begin(_ name: String, at now: Timestamp) -> Bool {
        last.withLock { last in
            guard let then = last[name] else {
                last[name] = (now, Self.pause)
                return true
            }
            guard now >= then.at + then.pause else { return false }
            last[name] = (now, min(Self.longestPause, TimeSpan(milliseconds: 2 * then.pause.milliseconds)))
            return true
        }
    }

    func succeeded(_ name: String) { _ = last.withLock { $0.removeValue(forKey: name) } }
}
