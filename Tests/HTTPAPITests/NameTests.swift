import Accounts
import CheckoutService
import FleetModel
import HTTPTypes
import LeaseLedger
import Testing

@testable import HTTPAPI

@Suite("Names that nobody has, or that can't be one")
struct NameTests {
    private let parts: CarrelAPI.Parts
    private let api: CarrelAPI
    private let call: Call
    private static let root = Requester(UserName("root"), isAdministrator: true)

    init() async throws {
        parts = StubParts.make(accounts: [
            Account(name: UserName("root"), role: .administrator, unixID: 0, createdAt: StubParts.start),
            Account(name: UserName("Alice"), unixID: 1_001, createdAt: StubParts.start),
        ])
        api = CarrelAPI(parts)
        api.address.text = "http://127.0.0.1:8642"
        call = Call(api: api, peer: SocketPeer(uid: 0, name: UserName("root")))
        _ = try await parts.service.writer.perform(.setTeam(TeamChange(name: TeamName("vision")), by: Self.root))
    }

    @Test(
        "a team is not made of a slip",
        arguments: [
            ("my%20team", "{}", "no name for a team"), ("..%2Fx", "{}", "no name for a team"),
            ("everyone", #"{"adding":["bob"]}"#, "nobody is added"),
            ("speech", #"{"limit":2,"noLimit":true}"#, "can't both be set"),
        ])
    func teams(name: String, body: String, words: String) async throws {
        let answer = try await call(.patch, "/v1/teams/\(name)", body: body)
        #expect(answer.status == 400 && answer.body.contains(words), "\(answer.body)")
        #expect(parts.service.state.teams.map(\.name.name) == ["vision"])
    }

    @Test("a team of an odd name that is there is still changed, and those in no team may have a guarantee")
    func oldTeams() async throws {
        let change = TeamChange(name: TeamName("my team"))
        _ = try await parts.service.writer.perform(.setTeam(change, by: Self.root))
        #expect(try await call(.patch, "/v1/teams/my%20team", body: #"{"guarantee":1}"#).status == 200)
        #expect(try await call(.patch, "/v1/teams/everyone", body: #"{"guarantee":1}"#).status == 200)
    }

    @Test("limits and sizes of a team that nobody made are refused with the nearest one")
    func unknownTeams() async throws {
        let limit = try await call(
            .patch, "/v1/policy", body: #"{"limits":[{"kind":"team","name":"visoin","gpuHoursAWeek":4}]}"#)
        #expect(limit.status == 400 && limit.body.contains("did you mean vision?"), "\(limit.body)")
        let size = try await call(.put, "/v1/profiles/small", body: #"{"gpus":"1","teams":["vison"]}"#)
        #expect(size.status == 400 && size.body.contains("did you mean vision?"), "\(size.body)")
        #expect(parts.service.state.policy.limits.isEmpty && parts.service.state.policy.profiles.isEmpty)
    }

    @Test("a limit for a person without an account is kept, with a word about it")
    func unknownPeople() async throws {
        let answer = try await call(
            .patch, "/v1/policy", body: #"{"limits":[{"kind":"user","name":"alise-x","gpusAtOnce":1}]}"#)
        #expect(answer.status == 200 && answer.body.contains("knows an account alise-x"), "\(answer.body)")
        let known = try await call(
            .patch, "/v1/policy", body: #"{"limits":[{"kind":"user","name":"Alice","gpusAtOnce":1}]}"#)
        #expect(known.status == 200 && !known.body.contains("warnings"), "\(known.body)")
    }

    @Test("an account that differs in capitals alone is named")
    func capitals() async throws {
        let show = try await call(.get, "/v1/accounts/alice")
        #expect(show.status == 404 && show.body.contains("did you mean Alice?"), "\(show.body)")
        let change = try await call(.patch, "/v1/accounts/alice", body: #"{"role":"operator"}"#)
        #expect(change.status == 404 && change.body.contains("did you mean Alice?"), "\(change.body)")
    }

    @Test("a token that opens nothing is answered with how to get another")
    func tokens() async throws {
        let answer = try await Call(api: api)(.get, "/v1/devices", headers: [("Authorization", "Bearer carrel_x")])
        #expect(answer.status == 401 && answer.body.contains("opens nothing here"), "\(answer.body)")
        #expect(answer.body.contains("`carrel login URL`"))
    }

    @Test(
        "who asks until a session can be entered leaves no line of a refusal; sharing is its user's, and a guest reads that")
    func sessions() async throws {
        let asked = try await call(
            .post, "/v1/requests", body: #"{"command":[],"directory":"/","session":{"kind":"notebook"},"gpus":"0"}"#)
        #expect(asked.status == 201, "\(asked.body)")
        for _ in 0..<3 { #expect(try await call(.post, "/v1/requests/1/entrance").status == 409) }
        #expect(try await call(.put, "/v1/requests/1/shares/alice").body.contains("did you mean Alice?"))
        #expect(try await call(.put, "/v1/requests/1/shares/Alice").status == 200)
        let guest = Call(api: api, peer: SocketPeer(uid: 1_001, name: UserName("Alice")))
        let shares = try await guest(.get, "/v1/requests/1/shares")
        #expect(shares.status == 403 && shares.body.contains("who alone shares it"), "\(shares.body)")
        let lines = try await parts.audit.entries(before: nil, limit: 100, user: nil, act: nil)
        #expect(!lines.contains { $0.act == "session.link" }, "\(lines.map(\.act))")
    }
}
