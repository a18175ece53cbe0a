import FleetTestKit
import Testing

/// What people may ask for, and every "no" with its numbers.
@Suite struct RequestTables {
    @Test func requestsWaitInTheOrderInWhichTheyCame() throws {
        try LedgerTable.verify(
            """
            show    queue                          | -
            request 1 alice 1 2h                   | 1 waiting alice everyone for 2h
            request 2 bob   2xa100                 | 2 waiting bob everyone for 1d     # the policy's default
            request 3 alice 0 30m cores=2          | 3 waiting alice everyone for 30m  # no GPU at all
            request 4 carol 1x24GB.. 1d memory=8GB | 4 waiting carol everyone for 1d
            show    queue                          | 1; 2; 3; 4
            show    live                           | -
            show    3                              | waiting
            show    5                              | unknown
            return  2 bob                          | 2 cancelled bob
            show    queue                          | 1; 3; 4
            show    2                              | cancelled
            request 5 bob 1                        | 5 waiting                         # numbers are never used again
            """)
    }

    @Test func whatCannotBeAskedForIsRejectedWithItsNumbers() throws {
        try LedgerTable.verify(
            """
            request 1 alice -1                            | ! negativeDeviceCount -1
            request 1 alice -9223372036854775808          | ! negativeDeviceCount -9223372036854775808
            request 1 alice 1 0                           | ! durationNotPositive 0s
            request 1 alice 1 -1h                         | ! durationNotPositive -1h
            request 1 alice 1 31d                         | ! durationTooLong 31d 30d
            request 1 alice 1 forever                     | ! durationTooLong forever 30d
            request 1 alice 1 30d                         | 1 waiting alice everyone for 30d
            request 2 alice 9223372036854775807 1h        | 2 waiting                  # the scheduler refuses it
            """)
    }

    @Test func onlySoManyOfOneUserMayWait() throws {
        try LedgerTable.verify(
            """
            policy  root! waiting=2                | policy by root
            request 1 alice 1                      | 1 waiting
            request 2 alice 1                      | 2 waiting
            request 3 alice 1                      | ! tooManyWaiting 2 2
            request 3 bob   1                      | 3 waiting
            request 4 bob   1                      | 4 waiting
            request 5 bob   1                      | ! tooManyWaiting 2 2
            return  1 alice                        | 1 cancelled
            request 5 alice 1                      | 5 waiting
            policy  root! waiting=1                | policy by root
            request 6 alice 1                      | ! tooManyWaiting 2 1
            request 6 carol 1                      | 6 waiting
            node    n1 a100:4                      | node n1 4
            grant   6 n1:0                         | 6 granted; 6/1 starting
            request 7 carol 1                      | 7 waiting                  # a lease does not wait
            """)
    }

    @Test func aWaitingRequestBelongsToItsUser() throws {
        try LedgerTable.verify(
            """
            request 1 alice 1                      | 1 waiting
            return  1 bob                          | ! notYours 1 alice
            return  2 bob                          | ! unknown 2
            return  0 bob                          | ! unknown 0
            return  -1 root!                       | ! unknown -1
            return  9223372036854775807 root!      | ! unknown 9223372036854775807
            extend  1 1h bob                       | ! notYours 1 alice
            extend  1 1h alice                     | ! notGrantedYet 1
            extend  1 0 alice                      | ! durationNotPositive 0s
            return  1 root!                        | 1 cancelled root
            return  1 alice                        | ! alreadyOver 1 cancelled
            extend  1 1h alice                     | ! alreadyOver 1 cancelled
            return  1 bob                          | ! notYours 1 alice
            """)
    }

    @Test func aRefusedRequestIsOver() throws {
        try LedgerTable.verify(
            """
            request 1 alice 64                     | 1 waiting
            plan    refuse 1                       | 1 refused
            show    1                              | refused
            show    queue                          | -
            return  1 alice                        | ! alreadyOver 1 refused
            extend  1 1h alice                     | ! alreadyOver 1 refused
            plan    refuse 1                       | ! staleGrant 1 notWaiting
            plan    refuse 7                       | ! staleGrant 7 notWaiting
            """)
    }
}
