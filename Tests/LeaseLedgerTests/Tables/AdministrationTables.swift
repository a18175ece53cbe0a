import FleetModel
import FleetTestKit
import LeaseLedger
import Testing

/// Teams and the policy: only administrators change them, and no change is no event.
@Suite struct AdministrationTables {
    @Test func teams() throws {
        try LedgerTable.verify(
            """
            team     physics alice +alice                     | ! needsAdministrator
            unteam   physics alice                            | ! needsAdministrator
            unteam   physics root!                            | ! unknownTeam physics
            team     physics root! +bob +alice guarantee=2    | team physics guarantee 2 members alice,bob
            team     physics root! +bob +alice guarantee=2    | -
            team     physics root! limit=1                    | ! guaranteeAboveLimit 2 1
            team     physics root! guarantee=-1               | ! teamNumberNegative -1
            team     physics root! limit=-7                   | ! teamNumberNegative -7
            team     physics root! limit=8 guarantee=9        | ! guaranteeAboveLimit 9 8
            team     physics root! limit=2                    | team physics guarantee 2 limit 2
            team     physics root! guarantee=3                | ! guaranteeAboveLimit 3 2
            team     physics root! limit=none guarantee=3     | team physics guarantee 3 members
            team     biology root! +alice                     | ! memberOfAnotherTeam alice physics
            team     biology root!                            | team biology guarantee 0 members
            team     physics root! -alice -nobody             | team physics guarantee 3 members bob
            team     biology root! +alice                     | team biology guarantee 0 members alice
            team     biology root! +carol -carol              | -                   # comes and goes
            show     team alice                               | biology
            show     team bob                                 | physics
            show     team carol                               | everyone
            request  1 alice 1                                | 1 waiting alice biology
            unteam   biology root!                            | team biology gone
            unteam   biology root!                            | ! unknownTeam biology
            show     team alice                               | everyone
            team     physics root! guarantee=9223372036854775807 limit=9223372036854775807 | team physics
            """)
    }

    @Test func aPersonMovesAtOnceOrNotAtAll() throws {
        try LedgerTable.verify(
            """
            team     physics root! +alice +bob
            team     biology root!
            move     alice biology bob                        | ! needsAdministrator
            move     alice chemistry root!                    | ! unknownTeam chemistry
            show     team alice                               | physics             # where she was
            move     alice biology root!                      | team physics guarantee 0 members bob; team biology guarantee 0 members alice
            move     alice biology root!                      | -
            move     carol biology root!                      | team biology guarantee 0 members alice,carol
            move     alice none root!                         | team biology guarantee 0 members carol
            move     alice none root!                         | -
            show     team alice                               | everyone
            """)
    }

    @Test func aTeamTakesItsLimitsWithIt() throws {
        let ledger = try LedgerTable.verify(
            """
            team     physics root! +alice
            policy   root! limit=team/physics:hours=1 limit=alice:hours=9   | policy by root
            unteam   physics root!                            | policy by root; team physics gone
            team     physics root! +alice                     | team physics guarantee 0 members alice
            request  1 alice 1 2h                             | 1 waiting alice physics
            """)
        #expect(ledger.state.policy.limits.users.count == 1 && ledger.state.policy.limits.teams.isEmpty)
    }

    @Test func aRequestStaysInTheTeamThatItCameFrom() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4
            team     physics root! +alice limit=1
            request  1 alice 2
            team     physics root! -alice
            team     biology root! +alice
            grant    1 n1:0,1                                 | ! staleGrant 1 aboveTeamLimit 0 2 1
            request  2 alice 2                                | 2 waiting alice biology
            grant    2 n1:0,1                                 | 2 granted; 2/1 starting
            """)
    }

    @Test func policies() throws {
        try LedgerTable.verify(
            """
            policy   alice default=1h                         | ! needsAdministrator
            policy   root!                                    | -
            policy   root! default=1h                         | policy by root
            request  1 alice 1                                | 1 waiting alice everyone for 1h
            policy   root! default=0                          | ! policyOutOfRange defaultDuration
            policy   root! default=-1h                        | ! policyOutOfRange defaultDuration
            policy   root! default=31d                        | ! policyOutOfRange defaultDuration
            policy   root! longest=30m                        | ! policyOutOfRange defaultDuration   # the default is longer
            policy   root! longest=0                          | ! policyOutOfRange longestDuration
            policy   root! longest=forever                    | ! policyOutOfRange longestDuration
            policy   root! hold=-1h                           | ! policyOutOfRange holdAfter
            policy   root! hold=forever                       | ! policyOutOfRange holdAfter
            policy   root! hold=0                             | policy by root
            policy   root! halflife=59s                       | ! policyOutOfRange usageHalfLife
            policy   root! halflife=367d                      | ! policyOutOfRange usageHalfLife
            policy   root! halflife=0                         | ! policyOutOfRange usageHalfLife
            policy   root! halflife=-1h                       | ! policyOutOfRange usageHalfLife
            policy   root! halflife=1m                        | policy by root
            policy   root! halflife=366d                      | policy by root
            policy   root! grace=-1s                          | ! policyOutOfRange grace
            policy   root! grace=25h                          | ! policyOutOfRange grace
            policy   root! grace=1d                           | policy by root
            policy   root! waiting=0                          | ! policyOutOfRange waitingLimit
            policy   root! waiting=-1                         | ! policyOutOfRange waitingLimit
            policy   root! waiting=10000001                   | ! policyOutOfRange waitingLimit
            policy   root! electricity=-1                     | ! policyOutOfRange electricity
            policy   root! waiting=10000000                   | policy by root
            """)
    }
}
