import FleetTestKit
import Testing

/// Limits of people and teams: what can never start is refused at once, and no grant and no extension goes beyond one.
@Suite struct LimitTables {
    @Test func whatALimitNeverAllowsIsRefusedWithItsNumbers() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:8
            policy   root! limit=everybody:devices=4,hours=40,longest=8h   | policy by root
            request  1 alice 5                    | ! aboveDeviceLimit alice 5 4
            request  1 alice 4 11h                | ! aboveLongestLease alice 11h 8h
            request  1 alice 0 9h                 | ! aboveLongestLease alice 9h 8h
            policy   root! limit=everybody:devices=4,hours=40              | policy by root
            request  1 alice 4 11h                | ! aboveWeeklyLimit alice 4 1d20h 40
            request  1 alice 4 10h                | 1 waiting alice everyone for 10h
            request  2 alice 0 29d                | 2 waiting                      # cores and memory alone
            policy   root! limit=alice:hours=0                             | policy by root
            request  3 alice 1 1m                 | ! aboveWeeklyLimit alice 1 1m 0
            policy   root! limit=alice:devices=0                           | policy by root
            request  3 alice 1 1m                 | ! aboveDeviceLimit alice 1 0
            policy   root! limit=alice:none                                | policy by root
            request  3 alice 8 30d                | 3 waiting                      # has limits of her own: none
            policy   root! limit=alice:default                             | policy by root
            request  4 alice 8 1h                 | ! aboveDeviceLimit alice 8 4
            """)
    }

    @Test func whoNamesNoTimeGetsWhatTheLimitsAllow() throws {
        try LedgerTable.verify(
            """
            policy   root! limit=everybody:hours=40,longest=12h            | policy by root
            request  1 alice 1                    | 1 waiting alice everyone for 12h
            request  2 alice 4                    | 2 waiting alice everyone for 10h
            request  3 alice 0                    | 3 waiting alice everyone for 12h
            request  4 alice 2 12h                | 4 waiting alice everyone for 12h
            policy   root! limit=everybody:hours=400                       | policy by root
            request  5 alice 2                    | 5 waiting alice everyone for 1d    # the week is no bound here
            """)
    }

    @Test func noGrantGoesBeyondWhatSomebodyMayHoldAtOnce() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:8
            policy   root! limit=everybody:devices=2                       | policy by root
            request  1 alice 2
            request  2 alice 1
            request  3 bob 1
            request  4 alice 0
            grant    1 n1:0,1                     | 1 granted; 1/1 starting
            grant    2 n1:2                       | ! staleGrant 2 devices alice 2 1 2
            grant    4 n1                         | 4 granted; 4/1 starting                      # without a device
            grant    3 n1:2                       | 3 granted; 3/1 starting                      # what alice has is not bob's
            seen     1 exited 0
            grant    2 n1:3                       | ! staleGrant 2 devices alice 2 1 2  # hers until they are clean
            verified 1 clean
            grant    2 n1:3                       | 2 granted; 2/1 starting
            """)
    }

    @Test func aWeekCountsWhatRunningLeasesMayStillUse() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:8
            policy   root! limit=everybody:hours=40                        | policy by root
            request  1 alice 2 10h
            request  2 alice 1 20h
            request  3 alice 1 1m
            grant    1 n1:0,1                     | 1 granted; 1/1 starting
            grant    2 n1:2                       | 2 granted; 2/1 starting
            grant    3 n1:3                       | ! staleGrant 3 week alice 1d16h 1m 40
            after    5h
            extend   1 1m alice                   | ! weeklyLimitReached 1 alice 1d16h 40 left 0s
            extend   1 1m root!                   | ! weeklyLimitReached 1 alice 1d16h 40 left 0s
            seen     1 running
            return   1 alice
            grant    3 n1:3                       | ! staleGrant 3 week alice 1d16h 1m 40  # its work may go on
            seen     1 exited 0
            grant    3 n1:3                       | 3 granted; 3/1 starting                      # 10 of 20 GPU-hours were not used
            extend   3 9h alice                   | 3 until
            extend   3 1h alice                   | ! weeklyLimitReached 3 alice 1d15h1m 40 left 59m
            extend   3 59m alice                  | 3 until
            """)
    }

    @Test func oldUsePassesOutOfTheSevenDays() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:8
            policy   root! limit=everybody:hours=40                        | policy by root
            request  1 alice 4 10h
            grant    1 n1:0,1,2,3
            after    10h                          | 1 ending expired
            seen     1 exited 0
            verified 1 clean
            request  2 alice 1 4h
            request  3 alice 1 4h
            after    6d
            grant    2 n1:0                       | ! staleGrant 2 week alice 1d16h 4h 40
            after    14h                          | -
            grant    2 n1:0                       | ! staleGrant 2 week alice 1d16h 4h 40
            after    1h
            grant    2 n1:0                       | 2 granted; 2/1 starting
            grant    3 n1:1                       | ! staleGrant 3 week alice 1d16h 4h 40
            after    1h
            grant    3 n1:1                       | 3 granted; 3/1 starting
            """)
    }

    @Test func theUseOfATeamIsThatOfAllOfIt() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:8
            team     vision root! +alice +bob
            policy   root! limit=team/vision:devices=3                     | ! policyOutOfRange limits  # a team's own number
            policy   root! limit=team/vision:hours=10,longest=6h           | policy by root
            request  1 alice 2 6h                 | ! aboveWeeklyLimit team vision 2 12h 10
            request  1 alice 1 7h                 | ! aboveLongestLease team vision 7h 6h
            request  1 alice 1 6h
            request  2 bob 1 6h
            request  3 carol 1 1d
            grant    1 n1:0                       | 1 granted; 1/1 starting
            grant    2 n1:1                       | ! staleGrant 2 week team vision 6h 6h 10
            grant    3 n1:1                       | 3 granted; 3/1 starting
            seen     1 exited 0
            verified 1 clean
            grant    2 n1:2                       | 2 granted; 2/1 starting
            after    1h
            extend   2 1h bob                     | ! longestLeaseReached 2 team vision 7h 6h left 0s
            """)
    }

    @Test func aLongLeaseCountsForSevenDaysAtMost() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:8
            policy   root! limit=everybody:hours=168                       | policy by root
            request  1 alice 1 30d                | 1 waiting alice everyone for 30d
            grant    1 n1:0                       | 1 granted; 1/1 starting
            request  2 alice 1 1m
            grant    2 n1:1                       | ! staleGrant 2 week alice 7d 1m 168
            after    29d
            grant    2 n1:1                       | ! staleGrant 2 week alice 7d 1m 168
            extend   1 1d alice                   | 1 until                     # no more in any seven days
            """)
    }

    @Test func aLongestLeaseThatWasLoweredHoldsForWhatWaits() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:8
            policy   root! limit=everybody:longest=12h                     | policy by root
            request  1 alice 1 12h
            request  2 alice 0 12h
            request  3 alice 1 6h
            policy   root! limit=everybody:longest=6h                      | policy by root
            grant    1 n1:0                       | ! staleGrant 1 longest alice 12h 6h
            grant    2 n1                         | ! staleGrant 2 longest alice 12h 6h  # without a device, too
            grant    3 n1:0                       | 3 granted; 3/1 starting
            team     vision root! +bob
            request  4 bob 1 6h
            policy   root! limit=team/vision:longest=1h                    | policy by root
            grant    4 n1:1                       | ! staleGrant 4 longest team vision 6h 1h
            policy   root! limit=everybody:longest=12h                     | policy by root
            grant    1 n1:1                       | 1 granted; 1/1 starting  # it waited, and may start again
            """)
    }

    @Test func whatWasGrantedKeepsWhatItWasPromised() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:8
            policy   root! limit=everybody:longest=12h                     | policy by root
            request  1 alice 1 10h
            grant    1 n1:0                       | 1 granted; 1/1 starting
            seen     1 running
            extend   1 3h alice                   | ! longestLeaseReached 1 alice 13h 12h left 2h
            extend   1 1h alice                   | 1 until
            policy   root! limit=everybody:longest=6h                      | policy by root
            after    10h                          | -                        # longer than the limit by now
            extend   1 1m alice                   | ! longestLeaseReached 1 alice 11h1m 6h left 0s
            extend   1 1m root!                   | ! longestLeaseReached 1 alice 11h1m 6h left 0s
            after    1h                           | 1 ending expired
            """)
    }

    @Test func whatWaitsAgainIsHeldAgainstTheLimitOfThen() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:1
            team     vision root! +alice guarantee=1
            request  1 bob 1 10h signal=USR1 before=5m requeue=yes
            grant    1 n1:0
            seen     1 running
            request  2 alice 1 1h
            after    1h
            plan     reclaim 1 2                  | 1 reclaimed
            policy   root! limit=everybody:longest=6h                      | policy by root
            after    5m                           | 1 ending preempted     # it had ten hours
            seen     1 exited 0
            verified 1 clean                      | 3 waiting bob everyone for 10h again for 1 number 1; 1 closed exit 123
            grant    3 n1:0                       | ! staleGrant 3 longest bob 10h 6h
            """)
    }

    @Test func numbersThatMakeNoSenseAreNoLimits() throws {
        try LedgerTable.verify(
            """
            policy   alice limit=alice:none                                | ! needsAdministrator
            policy   root! limit=everybody:devices=-1                      | ! policyOutOfRange limits
            policy   root! limit=everybody:hours=-1                        | ! policyOutOfRange limits
            policy   root! limit=everybody:hours=100000001                 | ! policyOutOfRange limits
            policy   root! limit=everybody:longest=0                       | ! policyOutOfRange limits
            policy   root! limit=alice:longest=-1h                         | ! policyOutOfRange limits
            policy   root! limit=alice:devices=1000001                     | ! policyOutOfRange limits
            policy   root! limit=team/vision:none                          | -                # without a limit it has no entry
            policy   root! limit=alice:hours=100000000,devices=1000000     | policy by root
            """)
    }
}
