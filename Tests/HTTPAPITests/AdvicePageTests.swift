import Accounts
import FleetModel
import Foundation
import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite("Pages and answers of the advisor")
struct AdvicePageTests {
    private static func alice() -> Call {
        let account = Account(name: UserName("alice"), unixID: 1_001, createdAt: StubParts.start)
        let api = CarrelAPI(StubParts.make(accounts: [account]))
        api.address.text = "http://127.0.0.1:8642"
        return Call(api: api, peer: SocketPeer(uid: 1_001, name: UserName("alice")))
    }

    @Test(
        "the dearest and the cheapest that can be asked have a page",
        arguments: [
            "rent=9000000000&rentUsed=0.1%25", "rent=999999999999&rentUsed=0.1%25", "rent=0.000001", "price=999999999999",
        ])
    func extremes(query: String) async throws {
        let answer = try await Self.alice()(.get, "/plan/cost?" + query)
        #expect(answer.status == 200)
        #expect(answer.body.contains("A useful hour over use") || answer.body.contains("role=\"alert\""))
    }

    @Test("what goes with a model is not taken without one, but by forms, which always have it")
    func stray() async throws {
        let alice = Self.alice()
        for name in ["method=lora", "batch=4", "sequence=8"] {
            #expect(try await alice(.get, "/v1/advice/gpus?" + name).status == 400)
        }
        #expect(try await alice(.get, "/plan/gpu?method=lora&batch=&sequence=").body.contains("What suits, the best first"))
        #expect(try await alice(.get, "/v1/advice/speed").status == 400)
    }

    @Test("used ones are taken in where that is asked")
    func used() async throws {
        let alice = Self.alice(), name = "GeForce RTX 3060 12GB", path = "/v1/advice/gpus?for=education"
        let new = try await alice(.get, path).body, used = try await alice(.get, path + "&used=true").body
        func candidates(_ body: String) -> Substring {
            let start = body.range(of: #""candidates":"#)?.upperBound ?? body.startIndex
            return body[start..<(body.range(of: #""leftOut":"#)?.lowerBound ?? body.endIndex)]
        }
        #expect(!candidates(new).contains(name) && candidates(used).contains(name))
        #expect(try await alice(.get, "/plan/gpu?for=education&used=on").body.contains("sold used only"))
    }

    @Test("a model that nobody knows is no dead end")
    func unknown() async throws {
        let page = try await Self.alice()(.get, "/plan?model=nosuchmodel").body
        #expect(page.contains("“Does it fit” reckons another"))
    }
}
