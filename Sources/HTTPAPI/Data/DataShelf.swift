import CheckoutService
package import FleetModel
import Synchronization

/// Where data sets are kept.
package protocol DataSetStorage: Sendable {
    /// In order of their names.
    func dataSets() async throws -> [DataSet]
    /// - Returns: false: the name is taken; nothing was kept.
    func addDataSet(_ set: DataSet) async throws -> Bool
    /// What is said about it, and whom it is for.
    /// - Returns: false: there is none of this name; nothing was changed.
    func changeDataSet(_ set: DataSet) async throws -> Bool
    /// - Returns: false: there is none of this name.
    func removeDataSet(_ name: String) async throws -> Bool
}

/// The data sets, read from memory by every request and every launch.
package actor DataShelf: DataCatalog {
    private let storage: any DataSetStorage
    private nonisolated let known: Mutex<[DataSet]>
    /// Over when the newest change is.
    private var turn: Task<Void, Never>?

    private init(_ storage: any DataSetStorage, _ sets: [DataSet]) {
        self.storage = storage
        known = Mutex(sets)
    }

    package static func open(_ storage: any DataSetStorage) async throws -> DataShelf {
        DataShelf(storage, try await storage.dataSets())
    }

    package nonisolated var dataSets: [DataSet] { known.withLock { $0 } }
    package nonisolated func dataSet(_ name: String) -> DataSet? { dataSets.first { $0.name == name } }

    /// - Returns: false: the name is taken.
    func add(_ set: DataSet) async throws -> Bool {
        try await inTurn { [storage] in
            try await storage.addDataSet(set)
        } then: { sets in
            sets.append(set)
            sets.sort { $0.name < $1.name }
        }
    }

    /// - Returns: false: there is none of this name.
    func change(_ set: DataSet) async throws -> Bool {
        try await inTurn { [storage] in
            try await storage.changeDataSet(set)
        } then: { sets in
            if let place = sets.firstIndex(where: { $0.name == set.name }) { sets[place] = set }
        }
    }

    /// - Returns: false: there was none of this name.
    func remove(_ name: String) async throws -> Bool {
        try await inTurn { [storage] in
            try await storage.removeDataSet(name)
        } then: { sets in
            sets.removeAll { $0.name == name }
        }
    }

    /// One change after the other, on the disk as in memory: else two of one name could end differently in each.
    private func inTurn(
        _ write: @escaping @Sendable () async throws -> Bool, then change: @escaping @Sendable (inout [DataSet]) -> Void
    ) async throws -> Bool {
        let before = turn
        let task = Task {
            await before?.value
            guard try await write() else { return false }
            known.withLock { change(&$0) }
            return true
        }
        turn = Task { _ = await task.result }
        return try await task.value
    }
}
