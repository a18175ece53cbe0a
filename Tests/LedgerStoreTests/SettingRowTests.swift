import FleetModel
import Testing

@testable import LedgerStore

@Suite struct SettingRowTests {
    @Test func whatIsKeptIsReadAfterARestartAndGoes() async throws {
        let folder = try TemporaryFolder(), time = Timestamp(milliseconds: 5)
        do {
            let store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
            #expect(try await store.setting("a") == nil)
            try await store.keepSetting("a", #"{"x":1}"#, at: time)
            try await store.keepSetting("a", #"{"x":2}"#, at: time)
            try await store.keepSetting("b", "other", at: time)
            try store.close()
        }
        let store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        #expect(try await store.setting("a") == #"{"x":2}"#)
        try await store.keepSetting("a", nil, at: time)
        #expect(try await store.setting("a") == nil)
        #expect(try await store.setting("b") == "other")
        try store.close()
    }
}
