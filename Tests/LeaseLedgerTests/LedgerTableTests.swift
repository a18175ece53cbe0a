import FleetTestKit
import Testing

/// The table language itself: a table that is wrong must fail, and say where and why.
@Suite struct LedgerTableTests {
    @Test func anUnexpectedEventIsToldWithItsLine() {
        expectFault(
            """
            node    n1 a100:1

            request 1 alice 1       | 1 granted
            """, "line 3 of the table: request 1 alice 1", "expected: 1 granted", "came:     1 waiting alice everyone for 1d"
        )
    }

    @Test func theLineOfTheFileIsTold() {
        do {
            try LedgerTable.verify("clock | x", file: "A/B.swift", line: 40)
            Issue.record("the table is wrong and passed")
        } catch {
            #expect("\(error)".hasPrefix("A/B.swift:41: line 1 of the table: clock\n"))
        }
    }

    @Test func aWordIsNotHalfAWord() {
        expectFault("request 1 alice 1 | 1 wait", "came:     1 waiting")
        expectFault("request 1 alice 1 | 1 waiting alice everyone for 1d more", "came:")
    }

    @Test func thereAreAsManyItemsAsCame() {
        expectFault("request 1 alice 1 | 1 waiting; 2 waiting", "came:     1 waiting")
        expectFault("request 1 alice 1 | -", "expected: -")
        expectFault("clock | 1 ending", "came:     -")
    }

    @Test func rejectionsAreComparedInFull() {
        expectFault("return 9 alice | ! unknown", "came:     ! unknown 9")
        expectFault("return 9 alice | ! unknown 8", "came:     ! unknown 9")
        expectFault("return 9 alice | -", "came:     ! unknown 9")
        expectFault("return 9 alice", "expected: no rejection")
        expectFault("request 1 alice 1 | ! unknown 1", "came:     1 waiting")
    }

    @Test func slipsOfThePenAreNotPassedOver() {
        expectFault("reqest 1 alice 1", "there is no verb reqest")
        expectFault("request 1 alice 1 2h 3h", "doesn't know 3h")
        expectFault("request 1 alice 1 core=4", "doesn't know core=4")
        expectFault("request 2 alice 1", "the next request is 1, not 2")
        expectFault("request alice", "alice is no number")
        expectFault("request 1", "lacks a user")
        expectFault("request 1 alice 1 soon", "notADuration")
        expectFault("node n1 b100:1", "the test kit has no model b100")
        expectFault("seen 1 gone", "gone is no outcome")
        expectFault("verified 1 spotless", "spotless is neither clean")
        expectFault("team physics root! alice", "a member comes as +alice")
        expectFault("| 1 waiting", "the line has no verb")
    }

    @Test func remarksAndEmptyLinesSayNothing() throws {
        let ledger = try LedgerTable.verify(
            """
            # nothing yet

                clock   |   -    # still nothing
            """)
        #expect(ledger.events.isEmpty)
    }

    private func expectFault(_ table: String, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation) {
        do {
            try LedgerTable.verify(table)
            Issue.record("the table is wrong and passed", sourceLocation: sourceLocation)
        } catch {
            for part in parts {
                #expect("\(error)".contains(part), "\(error)", sourceLocation: sourceLocation)
            }
        }
    }
}
