import Accounts
import FleetModel
import Foundation
import HTTPTypes
import Synchronization
import Testing
import WireModel

@testable import HTTPAPI

@Suite("What a site has compared about owning and renting")
struct KeptCostTests {
    /// What is kept, and the use that is measured, in thousandths.
    private final class Rows: SettingStorage {
        let rows = Mutex<[String: String]>([:])
        let busy = Mutex<Int?>(nil)

        func setting(_ name: String) async -> String? { rows.withLock { $0[name] } }
        func keepSetting(_ name: String, _ value: String?, at time: Timestamp) async { rows.withLock { $0[name] = value } }
    }

    private static func parts(_ rows: Rows) async throws -> CarrelAPI.Parts {
        var parts = StubParts.make(accounts: [
            Account(name: UserName("root"), role: .administrator, unixID: 0, createdAt: StubParts.start),
            Account(name: UserName("alice"), unixID: 1_001, createdAt: StubParts.start),
        ])
        parts.ownership = try await OwnershipKeeper(parts.service, rows, measure: { rows.busy.withLock { $0 } })
        return parts
    }

    private static let options = ["gpu": "h100", "gpus": "8", "price": "300000", "rent": "6.88"]

    @Test("a verdict is kept with its time over a restart, and turns only when it is clear")
    func turns() async throws {
        let rows = Rows(), parts = try await Self.parts(rows), keeper = try #require(parts.ownership)
        #expect(keeper.view == nil)
        try await keeper.compare()
        try await keeper.keep(Self.options, by: UserName("root"))
        #expect(keeper.view?.cheaper == nil && keeper.view?.words.contains("Not compared yet") == true)
        rows.busy.withLock { $0 = 610 }
        try await keeper.compare()
        let first = try #require(keeper.view), even = try #require(first.breakEven)
        #expect(first.cheaper == "own" && !first.hasTurned && first.utilisation == 0.61 && (0.1...0.5).contains(even))
        // Just below the break-even: nothing turns, and the words say how near it is.
        rows.busy.withLock { $0 = Int(even * 1_000) - 10 }
        try await keeper.compare()
        #expect(keeper.view?.cheaper == "own" && keeper.view?.words.contains("too near") == true)
        rows.busy.withLock { $0 = Int(even * 1_000) - 60 }
        try await keeper.compare()
        let turned = try #require(keeper.view)
        #expect(turned.cheaper == "rent" && turned.hasTurned)
        #expect(turned.words.contains("renting is cheaper, and was not before") && turned.words.contains("owning pays from"))
        let next = try #require(try await Self.parts(rows).ownership)
        #expect(next.view == turned)
        try await next.forget()
        #expect(next.view == nil && rows.rows.withLock { $0.isEmpty })
    }

    @Test("prices that were assumed are kept as they were, and what can't be answered is not kept")
    func pinned() async throws {
        let rows = Rows(), keeper = try #require(try await Self.parts(rows).ownership)
        try await keeper.keep(["gpu": "h100"], by: UserName("root"))
        let kept = try #require(keeper.view).options
        #expect(kept["rent"] != nil && kept["price"] != nil && kept["rentSource"]?.contains("20") == true)
        for wrong in [["gpu": "nosuch"], ["utilisation": "50%"], ["x": "y"], ["price": ""], ["price": "5.000"]] {
            await #expect(throws: Problem.self) { try await keeper.keep(wrong, by: UserName("root")) }
        }
        #expect(keeper.view?.options == kept)
    }

    @Test("what can't be read is told and is nothing, and a later version's additions are no hindrance")
    func unreadable() async throws {
        let rows = Rows()
        rows.rows.withLock { $0["ownOrRent"] = "{" }
        #expect(try await Self.parts(rows).ownership?.view == nil)
        rows.rows.withLock { $0["ownOrRent"] = #"{"options":{"gpu":"h100"},"by":"root","at":5,"more":[1]}"# }
        #expect(try await Self.parts(rows).ownership?.view?.keptBy == "root")
    }

    @Test("administrators alone keep, see and forget; the notice stands on the pages once it has turned")
    func routes() async throws {
        let rows = Rows(), parts = try await Self.parts(rows), keeper = try #require(parts.ownership)
        let api = CarrelAPI(parts)
        api.address.text = "http://127.0.0.1:8642"
        let root = Call(api: api, peer: SocketPeer(uid: 0, name: UserName("root")))
        let alice = Call(api: api, peer: SocketPeer(uid: 1_001, name: UserName("alice")))
        let body = #"{"options":{"gpu":"h100","price":"300000","rent":"6.88"}}"#, path = "/v1/advice/cost/kept"
        #expect(try await alice(.put, path, body: body).status == 403)
        #expect(try await alice(.get, path).status == 403)
        #expect(try await alice(.delete, path).status == 403)
        rows.busy.withLock { $0 = 610 }
        #expect(try await root(.put, path, body: body).body.contains(#""cheaper":"own""#))
        #expect(try await !root(.get, "/plan/cost").body.contains("it has turned"))
        rows.busy.withLock { $0 = 50 }
        try await keeper.compare()
        for page in ["/plan/cost", "/admin"] {
            #expect(try await root(.get, page, headers: [("Accept", "text/html")]).body.contains("it has turned"), "\(page)")
        }
        #expect(try await !alice(.get, "/plan/cost").body.contains("it has turned"))
        let kept = try await root(
            .post, "/plan/cost/keep", body: "gpu=a100&price=200k&rent=2.50&colour=red", headers: Call.sameOrigin)
        #expect(kept.status == 303, "\(kept.status) \(kept.body)")
        #expect(kept.headers[.location] == "/plan/cost?gpu=a100&price=200k&rent=2.50")
        #expect(keeper.view?.options["gpu"] == "a100" && keeper.view?.hasTurned == false)
        #expect(try await alice(.post, "/plan/cost/forget", headers: Call.sameOrigin).status == 403)
        #expect(try await root(.post, "/plan/cost/forget", headers: Call.sameOrigin).status == 303 && keeper.view == nil)
    }

    @Test("the page has every option with its assumption; what nobody touched stays assumed")
    func page() async throws {
        let api = CarrelAPI(try await Self.parts(Rows()))
        api.address.text = "http://127.0.0.1:8642"
        let call = Call(api: api, peer: SocketPeer(uid: 0, name: UserName("root")))
        let first = try await call(.get, "/plan/cost").body
        for option in [
            "--gpu", "--gpus", "--price", "--rent", "--utilisation", "--electricity", "--staff", "--years", "--residual",
            "--surroundings", "--maintenance", "--pue", "--watts", "--idle-watts", "--availability", "--extras",
            "--rent-used",
        ] { #expect(first.contains("\(option): "), "\(option)") }
        #expect(first.contains(#"value="15%""#) && first.contains(#"value="H100 SXM5 80GB""#))
        let assumed = try #require(first.firstMatch(of: /name="assumed" value="([^"]*)"/)).output.1
        let price = try #require(assumed.firstMatch(of: /price=([0-9.]+)/)).output.1
        let query =
            "gpu=a100&gpus=8&price=\(price)&years=5&utilisation=50%25&surroundings=15%25&assumed="
            + assumed.replacingOccurrences(of: "%", with: "%25").replacingOccurrences(of: " ", with: "+")
            .replacingOccurrences(of: "&#39;", with: "'")
        let sent = try await call(.get, "/plan/cost?\(query)")
        #expect(sent.status == 303 && sent.headers[.location] == "/plan/cost?gpu=a100&years=5", "\(sent.headers)")
        let wrong = try await call(.get, "/plan/cost?gpu=k80&utilisation=60")
        #expect(wrong.body.contains("“Part of the time in use”") && wrong.body.contains("write 60%"))
        #expect(try await call(.get, "/plan/cost?gpu=k80").body.contains("“US dollars for an hour of one GPU” 2.50"))
        #expect(try await call(.get, "/plan/cost?gpu=Tesla+T4&price=20k").body.contains("2024-12<") == true)
    }
}
