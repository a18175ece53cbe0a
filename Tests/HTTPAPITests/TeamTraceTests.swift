import Accounts
import FleetModel
import HTTPTypes
import LeaseLedger
import Testing

@testable import HTTPAPI

@Suite("What stays of a team that is removed, and whose it is then")
struct TeamTraceTests {
    private struct OneFolder: FileOpener {
        func open(_ place: FilePlace, of user: UserName, uid: UInt32?) async throws(PlaceFault) -> OpenedFiles {
            throw .nobodys
        }
        func teamFolder(_ team: TeamName) async throws(PlaceFault) -> String? {
            guard team.name != "hidden" else { throw .away(detail: "the launcher did not answer") }
            return team.name == "vision" ? "/data/teams/vision" : nil
        }
    }

    private struct OneSet: DataSetStorage {
        func dataSets() async -> [DataSet] {
            [
                DataSet(
                    name: "scans", folder: "/srv/scans", teams: [TeamName("vision")], addedBy: UserName("root"),
                    addedAt: StubParts.start)
            ]
        }
        func addDataSet(_ set: DataSet) async -> Bool { false }
        func changeDataSet(_ set: DataSet) async -> Bool { false }
        func removeDataSet(_ name: String) async -> Bool { false }
    }

    private let call: Call
    private let desk: SignInDesk

    init() async throws {
        var parts = StubParts.make(accounts: [
            Account(name: UserName("root"), role: .administrator, unixID: 0, createdAt: StubParts.start)
        ])
        parts.files = OneFolder()
        parts.data = try await DataShelf.open(OneSet())
        let api = CarrelAPI(parts)
        api.address.text = "http://127.0.0.1:8642"
        (call, desk) = (Call(api: api), parts.desk)
    }

    private func signedIn() async throws -> String {
        let ticket = try await desk.tickets.make(for: UserName("root"), by: nil, at: StubParts.start).text
        return try #require(try await call(.post, "/sign-in", body: "ticket=\(ticket)", headers: Call.sameOrigin).cookie)
    }

    private func api(_ method: HTTPRequest.Method, _ path: String, _ body: String, _ cookie: String) async throws -> String {
        let answer = try await call(
            method, path, body: body, cookie: cookie, headers: Call.sameOrigin + [("Content-Type", "application/json")])
        #expect(answer.status == 200, "\(answer.body)")
        return answer.body
    }

    @Test("who makes a team under an old name is told what comes with it, and only then")
    func anew() async throws {
        let root = try await signedIn()
        let made = try await api(.patch, "/v1/teams/vision", "{}", root)
        #expect(made.contains("A team of this name was here before") && made.contains("vision"), "\(made)")
        #expect(made.contains("These data sets name it already, and are for it from now on: scans."), "\(made)")
        let changed = try await api(.patch, "/v1/teams/vision", #"{"limit":2}"#, root)
        #expect(!changed.contains("warnings"), "\(changed)")
        #expect(try await !api(.patch, "/v1/teams/speech", "{}", root).contains("warnings"))
        let unknown = try await api(.patch, "/v1/teams/hidden", "{}", root)
        #expect(unknown.contains("could not be asked"), "\(unknown)")
    }

    @Test("who removes a team is told what still names it, before on the page and after by the API")
    func removed() async throws {
        let root = try await signedIn()
        _ = try await api(.patch, "/v1/teams/vision", "{}", root)
        _ = try await api(.put, "/v1/profiles/small", #"{"gpus":"1","teams":["vision"]}"#, root)
        let page = try await call(.get, "/admin/teams/vision/remove", cookie: root, headers: [("Accept", "text/html")])
        let gone = try await api(.delete, "/v1/teams/vision", "", root)
        for words in [
            "Its folder stays, with all that is in it", "These profiles are for it, and for nobody of it any more: small.",
            "These data sets are for it, and for nobody of it any more: scans.",
        ] {
            #expect(page.body.contains(words), "\(words): \(page.body)")
            #expect(gone.contains(words), "\(words): \(gone)")
        }
        let again = try await api(.patch, "/v1/teams/vision", "{}", root)
        #expect(again.contains("These profiles name it already, and are for it from now on: small."), "\(again)")
        #expect(try await !api(.delete, "/v1/teams/vision", "", root).isEmpty)
        _ = try await api(.patch, "/v1/teams/speech", "{}", root)
        #expect(try await !api(.delete, "/v1/teams/speech", "", root).contains("warnings"))
    }
}
