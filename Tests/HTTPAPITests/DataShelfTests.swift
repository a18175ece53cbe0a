import FleetModel
import Synchronization
import Testing

@testable import HTTPAPI

@Suite("The shelf of data sets")
struct DataShelfTests {
    /// Takes its time with each row, so that changes could overtake one another.
    private final class SlowRows: DataSetStorage {
        let rows = Mutex<[DataSet]>([])

        func dataSets() async -> [DataSet] { rows.withLock { $0 } }

        func addDataSet(_ set: DataSet) async -> Bool {
            let isNew = rows.withLock { rows in
                guard !rows.contains(where: { $0.name == set.name }) else { return false }
                rows.append(set)
                return true
            }
            for _ in 0..<Int.random(in: 0...20) { await Task.yield() }
            return isNew
        }

        func changeDataSet(_ set: DataSet) async -> Bool {
            rows.withLock { rows in
                guard let place = rows.firstIndex(where: { $0.name == set.name }) else { return false }
                rows[place] = set
                return true
            }
        }

        func removeDataSet(_ name: String) async -> Bool {
            let was = rows.withLock { rows in
                let count = rows.count
                rows.removeAll { $0.name == name }
                return rows.count < count
            }
            for _ in 0..<Int.random(in: 0...20) { await Task.yield() }
            return was
        }
    }

    private func set(_ name: String, about: String = "") -> DataSet {
        DataSet(
            name: name, folder: "/srv/\(name)", about: about, addedBy: UserName("root"), addedAt: Timestamp(milliseconds: 0))
    }

    @Test("what is known is what is stored, however changes come at once")
    func agrees() async throws {
        let rows = SlowRows(), shelf = try await DataShelf.open(rows)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                let name = "set\(number % 5)", set = set(name, about: "\(number)")
                group.addTask {
                    switch number % 3 {
                    case 0: _ = try? await shelf.remove(name)
                    case 1: _ = try? await shelf.add(set)
                    default: _ = try? await shelf.change(set)
                    }
                }
            }
        }
        #expect(shelf.dataSets == rows.rows.withLock { $0 }.sorted { $0.name < $1.name })
    }

    @Test("a name is given once, in order, and is free again when its set is gone")
    func names() async throws {
        let shelf = try await DataShelf.open(SlowRows())
        #expect(try await shelf.add(set("b")))
        #expect(try await shelf.add(set("a")))
        #expect(try await !shelf.add(set("b", about: "another")))
        #expect(shelf.dataSets.map(\.name) == ["a", "b"] && shelf.dataSet("b")?.about == "")
        #expect(try await shelf.change(set("b", about: "new")) && shelf.dataSet("b")?.about == "new")
        #expect(try await shelf.remove("b") && shelf.dataSet("b") == nil)
        #expect(try await !shelf.change(set("b")))
        #expect(try await !shelf.remove("b"))
        #expect(try await shelf.add(set("b")))
    }
}
