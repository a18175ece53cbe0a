import FleetTestKit
import Testing

/// Work that no live lease accounts for: its devices are frozen until it is gone.
@Suite struct StrayTables {
    @Test func aStrayAttemptFreezesDevicesAndItsEndThawsThem() throws {
        try LedgerTable.verify(
            """
            stray    7/1 n1:0                      | -                            # nobody knows that device
            gone     7/1                           | -
            node     n1 a100:4
            stray    7/1 n1:0,1                    | frozen n1:0,1 by 7/1
            stray    7/1 n1:0,1                    | -
            show     n1:0                          | frozen 7/1
            request  1 alice 1
            grant    1 n1:0                        | ! staleGrant 1 deviceNotFree n1:0
            grant    1 n1:2                        | 1 granted; 1/1 starting
            stray    7/1 n1:0,1,3                  | frozen n1:3 by 7/1           # one more of them
            stray    7/1 n9:0                      | -
            stray    7/1 n1                        | -
            gone     7/2                           | -                            # another attempt
            gone     7/1                           | thawed 7/1
            gone     7/1                           | -
            show     n1                            | known free n1:0,1,3
            """)
    }

    @Test func aDeviceThatIsHeldAndClaimedIsFrozenForBoth() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            request  1 alice 1
            grant    1 n1:0
            stray    7/1 n1:0                      | frozen n1:0 by 7/1
            show     n1:0                          | frozen 7/1 held 1
            seen     1 exited 0
            verified 1 clean                       | 1 closed exit 0
            show     n1:0                          | frozen 7/1                   # still claimed
            request  2 alice 1
            grant    2 n1:0                        | ! staleGrant 2 deviceNotFree n1:0
            gone     7/1                           | thawed 7/1
            grant    2 n1:0                        | 2 granted; 2/1 starting
            """)
    }

    @Test func whatALiveLeaseAccountsForIsNoStray() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            request  1 alice 1
            grant    1 n1:0
            stray    1/1 n1:0                      | -
            seen     1/1 neverBegan                | 1/2 starting
            stray    1/1 n1:0                      | frozen n1:0 by 1/1           # it is there after all
            show     1                             | starting n1:0 until +1d attempt 2
            stray    1/2 n1:0                      | -
            owed     1/1 running, 1/2 running      | kill 1/1; saw 1/2 running; saw stray 1/1 n1:0
            gone     1/1                           | thawed 1/1
            """)
    }

    @Test func aFrozenDeviceStaysFrozenWhateverTheNodeReports() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            stray    7/1 n1:0                      | frozen n1:0 by 7/1
            node     n1 a100:2 boot=boot-2         | node n1 2
            show     n1:0                          | frozen 7/1
            node     n1 a100:2 without=0           | node n1 1
            show     n1:0                          | frozen 7/1
            node     n1 a100:2 without=0           | -                            # told once
            gone     7/1                           | thawed 7/1
            show     n1:0                          | unknown                      # it was not there
            node     n1 a100:2 without=0           | -
            node     n1 a100:2                     | node n1 2
            show     n1:0                          | offered
            """)
    }

    @Test func twoStraysOnOneDeviceFreezeItOneAfterTheOther() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            stray    7/1 n1:0                      | frozen n1:0 by 7/1
            stray    8/1 n1:0,1                    | frozen n1:1 by 8/1           # the first claim stays
            stray    8/1 n1:0,1                    | -
            gone     7/1                           | thawed 7/1
            stray    8/1 n1:0,1                    | frozen n1:0 by 8/1
            gone     8/1                           | thawed 8/1
            show     n1                            | known free n1:0,1
            """)
    }

    @Test func aStrayOfAClosedLeaseIsFoundInTheEnginesList() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            request  1 alice 1
            grant    1 n1:0
            seen     1/1 neverBegan
            seen     1/2 exited 0
            verified 1/2 clean                     | 1 closed exit 0
            owed     1/2 exited 0                  | forget 1/2
            owed     1/1 running, 1/2 exited 0     | kill 1/1; forget 1/2; saw stray 1/1 n1:0
            engine   1/1 running, 1/2 exited 0     | frozen n1:0 by 1/1
            engine   1/1 running                   | -
            owed     1/1 running                   | kill 1/1; saw stray 1/1 n1:0
            owed     1/1 exited 0                  | verify 1/1                   # as after a lease
            owed                                   | verify 1/1
            verified 1/1 dirty                     | -
            owed     1/1 exited 0                  | verify 1/1
            show     n1:0                          | frozen 1/1
            verified 1/1 clean                     | thawed 1/1
            verified 1/1 clean                     | -
            owed     1/1 exited 0                  | forget 1/1
            owed                                   | -
            """)
    }

    @Test func aDeviceIsOfferedOnceEveryStrayOnItIsGone() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            request  1 alice 1
            grant    1 n1:0
            seen     1/1 neverBegan
            seen     1/2 exited 0
            verified 1/2 clean
            engine   1/1 running, 1/2 running      | frozen n1:0 by 1/1
            owed     1/1 exited 0, 1/2 running     | kill 1/2; saw stray 1/2 n1:0  # the first claim waits for the other
            engine   1/1 exited 0, 1/2 running     | -
            owed     1/1 exited 0, 1/2 exited 0    | verify 1/1; forget 1/2
            verified 1/1 clean                     | thawed 1/1
            """)
    }

    @Test func aDeviceThatALeaseHoldsIsLookedAtWhenThatLeaseEnds() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            request  1 alice 1
            grant    1 n1:0
            seen     1/1 neverBegan
            engine   1/1 running, 1/2 running      | 1/2 running; frozen n1:0 by 1/1
            owed     1/1 killed, 1/2 running       | saw gone 1/1
            engine   1/1 killed, 1/2 running       | thawed 1/1
            show     n1:0                          | offered held 1
            """)
    }
}
