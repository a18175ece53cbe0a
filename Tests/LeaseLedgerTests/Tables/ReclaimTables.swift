import FleetTestKit
import Testing

/// What the ledger allows of a plan to take leases back, and what becomes of it. Bob borrows; alice's team has a guarantee.
@Suite struct ReclaimTables {
    private static let borrowed = """
        node     n1 a100:2
        team     vision root! +alice guarantee=2
        request  1 bob 1
        request  2 bob 1
        grant    1 n1:0
        grant    2 n1:1
        seen     1 running
        seen     2 running
        request  3 alice 1
        after    1h

        """

    @Test func aLeaseIsWarnedAndEndsWhenTheNoticeIsOver() throws {
        try LedgerTable.verify(
            Self.borrowed + """
                show     deadline              | +1d
                plan     reclaim 2 3           | 2 reclaimed for 3 at +1h5m
                show     deadline              | +1h5m
                extend   2 1h bob              | ! beingReclaimed 2 3 5m
                extend   1 1h bob              | 1 until +1d1h
                after    4m                    | -
                after    1m                    | 2 ending preempted kill +1h6m
                show     deadline              | +1h6m
                seen     2 exited 0            | 2/1 verifying exited 0 preempted
                verified 2 clean               | 2 closed exit 123 clean preempted
                grant    3 n1:1                | 3 granted; 3/1 starting
                """)
    }

    @Test func aLeaseMayEndBeforeItsNotice() throws {
        try LedgerTable.verify(
            Self.borrowed + """
                plan     reclaim 2 3           | 2 reclaimed
                return   2 bob                 | 2 ending returned bob
                after    5m                    | -
                seen     2 exited 0            | 2/1 verifying exited 0 returned
                verified 2 clean               | 2 closed exit 0
                """)
    }

    @Test func nothingEndsForARequestThatIsGone() throws {
        try LedgerTable.verify(
            Self.borrowed + """
                plan     reclaim 2 3           | 2 reclaimed
                return   3 alice               | 3 cancelled
                after    5m                    | 2 spared
                show     deadline              | +1d
                extend   2 1h bob              | 2 until
                """)
    }

    @Test func nothingEndsForARequestThatGotOtherDevices() throws {
        try LedgerTable.verify(
            Self.borrowed + """
                plan     reclaim 2 3           | 2 reclaimed
                return   1 bob
                seen     1 exited 0
                verified 1 clean
                grant    3 n1:0                | 3 granted; 3/1 starting
                plan     spare 2               | 2 spared
                plan     spare 2               | ! staleReclaim 2 notReclaimed
                """)
    }

    @Test func workThatWasAskedToEndIsNotSpared() throws {
        try LedgerTable.verify(
            Self.borrowed + """
                plan     reclaim 2 3           | 2 reclaimed
                after    5m                    | 2 ending preempted
                return   3 alice               | 3 cancelled
                plan     spare 2               | ! staleReclaim 2 notReclaimed
                seen     2 signalled 15        | 2/1 verifying signalled 15 preempted
                verified 2 clean               | 2 closed exit 123
                """)
    }

    @Test func theGuaranteeMustCoverTheRequest() throws {
        try LedgerTable.verify(
            Self.borrowed + """
                request  4 alice 3
                request  5 carol 1
                request  6 alice 0
                request  7 alice 2
                plan     reclaim 2 4           | ! staleReclaim 2 notGuaranteed 0 3 2
                plan     reclaim 2 5           | ! staleReclaim 2 notGuaranteed 2 1 0
                plan     reclaim 2 6           | ! staleReclaim 2 notGuaranteed 0 0 2
                plan     reclaim 2 9           | ! staleReclaim 2 notWaiting 9
                plan     reclaim 2 1           | ! staleReclaim 2 notWaiting 1
                plan     reclaim 2 3           | 2 reclaimed
                plan     reclaim 1 7           | ! staleReclaim 1 notGuaranteed 1 2 2   # one of the two is promised to 3
                """)
    }

    @Test func onlyWhatIsBorrowedIsTaken() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4
            team     vision root! +alice guarantee=2
            team     speech root! +bob guarantee=1
            request  1 bob 1
            request  2 bob 2
            grant    1 n1:0
            grant    2 n1:1,2
            request  3 carol 0
            grant    3 n1
            request  4 alice 2
            after    2h
            plan     reclaim 3 4               | ! staleReclaim 3 noDevices
            plan     reclaim 1 4; reclaim 2 4  | ! staleReclaim 2 notBorrowed 2 1
            plan     reclaim 2 4               | 2 reclaimed
            plan     reclaim 2 4               | ! staleReclaim 2 notRunning
            plan     reclaim 1 4               | ! staleReclaim 1 notBorrowed 1 0
            team     speech root! guarantee=3  | team speech guarantee 3
            after    5m                        | 2 spared                              # it is borrowed no more
            """)
    }

    @Test func whatTheTeamGivesBackByItselfCounts() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4
            team     vision root! +alice guarantee=1
            team     speech root! +bob guarantee=1
            request  1 bob 1
            request  2 bob 1
            grant    1 n1:0
            grant    2 n1:1
            request  3 alice 1
            after    2h
            plan     reclaim 2 3               | 2 reclaimed
            return   1 bob                     | 1 ending returned
            after    5m                        | 2 spared                              # else speech had none left
            """)
    }

    @Test func theYoungTheShortAndTheUnreachableAreLeftAlone() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4
            team     vision root! +alice guarantee=2
            request  1 bob 1 1h4m
            request  2 bob 1 1h6m
            request  3 bob 1
            grant    1 n1:0
            grant    2 n1:1
            grant    3 n1:2
            request  4 alice 1
            wait     59m
            plan     reclaim 3 4               | ! staleReclaim 3 tooYoung
            wait     1m
            plan     reclaim 1 4               | ! staleReclaim 1 endsAnyway
            plan     reclaim 2 4               | 2 reclaimed for 4 at +1h5m
            lost     n1
            plan     reclaim 3 4               | ! staleReclaim 3 notRunning
            policy   root! reclaim=off
            found    n1
            plan     reclaim 3 4               | ! staleReclaim 3 isOff
            after    5m                        | 1 ending expired; 2 spared
            after    1m                        | 2 ending expired
            """)
    }

    @Test func thePolicysNumbersHaveRanges() throws {
        try LedgerTable.verify(
            """
            policy   root! notice=-1s          | ! policyOutOfRange reclaimNotice
            policy   root! notice=25h          | ! policyOutOfRange reclaimNotice
            policy   root! minimum=-1s         | ! policyOutOfRange minimumRun
            policy   root! minimum=367d        | ! policyOutOfRange minimumRun
            policy   root! notice=0 minimum=0  | policy by root
            policy   root! notice=1d minimum=366d reclaim=off  | policy by root
            """)
    }

    @Test func withoutANoticeTheEndComesWithTheNextLookAtTheClock() throws {
        try LedgerTable.verify(
            Self.borrowed + """
                policy   root! notice=0
                plan     reclaim 2 3           | 2 reclaimed for 3 at +1h
                clock                          | 2 ending preempted kill +1h1m
                """)
    }
}
