import FleetTestKit
import Testing

/// Who waits again, and what work is told of its end. Bob borrows; alice's team has a guarantee.
@Suite struct RequeueTables {
    private static let borrowed = """
        node     n1 a100:1
        team     vision root! +alice guarantee=1
        request  1 bob 1 signal=USR1 before=5m requeue=yes
        grant    1 n1:0
        seen     1 running
        request  2 alice 1
        after    1h

        """

    @Test func whatIsTakenBackWaitsAgain() throws {
        try LedgerTable.verify(
            Self.borrowed + """
                plan     reclaim 1 2           | 1 reclaimed
                after    5m                    | 1 ending preempted
                seen     1 exited 0            | 1/1 verifying exited 0 preempted
                verified 1 clean               | 3 waiting bob everyone for 1d again for 1 number 1; 1 closed exit 123
                """)
    }

    @Test func whatEndsOtherwiseDoesNot() throws {
        try LedgerTable.verify(
            Self.borrowed + """
                plan     reclaim 1 2           | 1 reclaimed
                return   1 bob                 | 1 ending returned bob
                seen     1 exited 0            | 1/1 verifying exited 0 returned
                verified 1 clean               | 1 closed exit 0
                """)
        try LedgerTable.verify(
            Self.borrowed + """
                plan     reclaim 1 2           | 1 reclaimed
                seen     1 exited 3            | 1/1 verifying exited 3 finished
                verified 1 clean               | 1 closed exit 3
                """)
    }

    @Test func aWarningIsWhole() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:1
            request  1 bob 1 before=5m             | ! warningIncomplete
            request  1 bob 1 signal=USR1           | 1 waiting
            """)
    }
}
