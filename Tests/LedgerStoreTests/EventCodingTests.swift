import Foundation
import FleetModel
import LeaseLedger
import Testing

@testable import LedgerStore

@Suite struct EventCodingTests {
    private let body = Data(#"{"id":42,"endsAt":1,"by":"alice"}"#.utf8)

    @Test func aKindThatIsNotKnownIsNamed() {
        #expect(throws: EventCodingError.unknownKind("leaseBlessed")) {
            try EventCoding.current.decode(kind: "leaseBlessed", version: 1, body: body)
        }
    }

    @Test func aNewerVersionIsNamedWithTheOneThatIsKnown() {
        #expect(throws: EventCodingError.newerVersion(kind: "leaseExtended", found: 2, known: 1)) {
            try EventCoding.current.decode(kind: "leaseExtended", version: 2, body: body)
        }
    }

    @Test func anOldVersionWithoutAWayUpIsRefused() {
        #expect(throws: EventCodingError.unknownVersion(kind: "leaseExtended", found: 0)) {
            try EventCoding.current.decode(kind: "leaseExtended", version: 0, body: body)
        }
    }

    @Test func oldVersionsAreBroughtUpOneByOne() throws {
        func rename(_ old: String, _ new: String) -> EventCoding.Upcast {
            { Data(String(decoding: $0, as: UTF8.self).replacingOccurrences(of: "\"\(old)\"", with: "\"\(new)\"").utf8) }
        }
        let coding = EventCoding(upcasts: [
            .init(kind: .leaseExtended, from: -1): rename("until", "end"),
            .init(kind: .leaseExtended, from: 0): rename("end", "endsAt"),
        ])
        let expected = try EventCoding.current.decode(kind: "leaseExtended", version: 1, body: body)
        for (version, name) in [(1, "endsAt"), (0, "end"), (-1, "until")] {
            let old = Data(#"{"id":42,"\#(name)":1,"by":"alice"}"#.utf8)
            #expect(try coding.decode(kind: "leaseExtended", version: version, body: old) == expected)
        }
    }

    @Test func aBodyThatLacksAKeySaysWhich() {
        #expect(throws: EventCodingError.unreadable(kind: "leaseExtended", detail: "the key endsAt is missing")) {
            try EventCoding.current.decode(kind: "leaseExtended", version: 1, body: Data(#"{"id":42,"by":"a"}"#.utf8))
        }
    }

    @Test(arguments: ["", "{", "[]", "null", "\u{0}", #"{"id":"42","endsAt":1,"by":"a"}"#])
    func garbageIsAnErrorAndNoTrap(text: String) {
        #expect(throws: EventCodingError.self) {
            try EventCoding.current.decode(kind: "leaseExtended", version: 1, body: Data(text.utf8))
        }
    }

    /// Every beginning of every golden body, as a torn write might leave it.
    @Test func noPrefixOfABodyIsReadAsAnEvent() throws {
        for (name, event) in GoldenCases.all {
            let (kind, body) = try EventCoding.current.encode(event)
            for length in stride(from: 0, to: body.count, by: 7) {
                #expect(throws: EventCodingError.self, "\(name) cut to \(length) bytes") {
                    try EventCoding.current.decode(kind: kind.rawValue, version: kind.version, body: body.prefix(length))
                }
            }
        }
    }
}
