import FleetTestKit
import Testing

/// Plans are verified device by device; a plan holds whole or not at all.
@Suite struct PlanTables {
    @Test func everyReasonWhyAGrantCannotHold() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4 cores=8 memory=32GB
            node     n2 t4:2
            request  1 alice 2xa100
            grant    1 n3:0,1                      | ! staleGrant 1 unknownNode n3
            grant    9 n1:0,1                      | ! staleGrant 9 notWaiting
            grant    0 n1:0,1                      | ! staleGrant 0 notWaiting
            grant    1 n1:0                        | ! staleGrant 1 wrongDeviceCount 2 1
            grant    1 n1:0,1,2                    | ! staleGrant 1 wrongDeviceCount 2 3
            grant    1 n1                          | ! staleGrant 1 wrongDeviceCount 2 0
            grant    1 n1:0,0                      | ! staleGrant 1 deviceNamedTwice n1:0
            grant    1 n1:0,7                      | ! staleGrant 1 deviceNotFree n1:7   # there is no such device
            grant    1 n2:0,1                      | ! staleGrant 1 deviceDoesNotMatch n2:0
            grant    1 n1:0,1 cores=9              | ! staleGrant 1 notEnoughCores 9 8
            grant    1 n1:0,1 cores=-1             | ! staleGrant 1 fewerCoresThanAsked 0 -1
            grant    1 n1:0,1 memory=32000000001   | ! staleGrant 1 notEnoughMemory 32000000001 32000000000
            grant    1 n1:0,1 memory=-5            | ! staleGrant 1 lessMemoryThanAsked 0 -5
            lost     n1                            | n1 lost
            grant    1 n1:0,1                      | ! staleGrant 1 nodeOutOfContact n1
            found    n1                            | n1 known
            grant    1 n1:0,1 cores=8 memory=32000000000 | 1 granted n1:0,1 until +1d; 1/1 starting
            grant    1 n1:2,3                      | ! staleGrant 1 notWaiting
            request  2 bob 2
            grant    2 n1:1,2                      | ! staleGrant 2 deviceNotFree n1:1
            grant    2 n1:2,3 cores=1              | ! staleGrant 2 notEnoughCores 1 0
            grant    2 n1:2,3 cores=0              | ! staleGrant 2 notEnoughMemory 2147483648 0
            grant    2 n1:2,3 cores=0 memory=0     | 2 granted n1:2,3; 2/1 starting
            """)
    }

    @Test func aPlanIsVerifiedAgainstWhatItsEarlierPartsLeave() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4 cores=4
            request  1 alice 2
            request  2 bob 2
            request  3 carol 1
            plan     1 n1:0,1; 2 n1:1,2            | ! staleGrant 2 deviceNotFree n1:1
            show     live                          | -                            # nothing of it holds
            show     n1                            | known free n1:0,1,2,3 cores 4
            plan     1 n1:0,1; 1 n1:2,3            | ! staleGrant 1 notWaiting
            plan     1 n1:0,1; refuse 1            | ! staleGrant 1 notWaiting     # refusals come first
            plan     refuse 3; refuse 3            | ! staleGrant 3 notWaiting
            plan     1 n1:0,1 cores=3; 2 n1:2,3    | ! staleGrant 2 notEnoughCores 2 1
            plan     1 n1:0,1; 2 n1:2,3; refuse 3  | 3 refused; 1 granted; 1/1 starting; 2 granted; 2/1 starting
            show     live                          | 1; 2
            show     queue                         | -
            plan                                   | -                            # an empty plan is no news
            """)
    }

    @Test func aGrantGivesWhatWasAsked() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4
            request  1 alice 1 1h cores=4 memory=8GB
            grant    1 n1:0 cores=3                | ! staleGrant 1 fewerCoresThanAsked 4 3
            grant    1 n1:0 memory=7999999999      | ! staleGrant 1 lessMemoryThanAsked 8000000000 7999999999
            grant    1 n1:0 cores=5                | 1 granted; 1/1 starting
            request  2 alice 1x24GB..
            node     n2 t4:1,l4:1
            grant    2 n2:0                        | ! staleGrant 2 deviceDoesNotMatch n2:0
            grant    2 n2:1                        | 2 granted n2:1; 2/1 starting
            """)
    }

    @Test func workWithoutAGPUTakesCoresAlone() throws {
        try LedgerTable.verify(
            """
            node     n1 - cores=2
            request  1 alice 0 1h cores=2
            grant    1 n1                          | 1 granted none until +1h; 1/1 starting
            show     n1                            | known free none cores 0
            request  2 alice 0 1h
            grant    2 n1                          | ! staleGrant 2 notEnoughCores 1 0
            seen     1 exited 0
            verified 1 nothing                     | 1 closed exit 0 unproven finished attempts 1 devicetime 0s
            grant    2 n1                          | 2 granted; 2/1 starting
            """)
    }

    @Test func aTeamHoldsNoMoreThanItsLimit() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4
            team     physics root! +alice +bob guarantee=1 limit=3
            request  1 alice 2
            request  2 bob 2
            request  3 carol 2
            grant    1 n1:0,1                      | 1 granted; 1/1 starting
            grant    2 n1:2,3                      | ! staleGrant 2 aboveTeamLimit 2 2 3
            team     physics root! limit=none
            grant    2 n1:2,3                      | 2 granted; 2/1 starting
            return   1 alice
            seen     1 killed
            verified 1 clean
            team     everyone root! limit=1
            grant    3 n1:0,1                      | ! staleGrant 3 aboveTeamLimit 0 2 1
            unteam   everyone root!
            grant    3 n1:0,1                      | 3 granted; 3/1 starting
            """)
    }
}
