import FleetTestKit
import Testing

/// Nodes on which no new lease begins.
@Suite struct CordonTables {
    @Test func aCordonedNodeTakesNoLeaseAndKeepsThoseItHas() throws {
        try LedgerTable.verify(
            """
            cordon   n1 root!                      | ! unknownNode n1
            node     n1 a100:2
            request  1 alice 1
            request  2 alice 1
            grant    1 n1:0
            cordon   n1 alice                      | ! needsAdministrator
            uncordon n1 root!                      | ! notCordoned n1
            cordon   n1 root!                      | cordoned n1
            cordon   n1 root!                      | ! alreadyCordoned n1
            grant    2 n1:1                        | ! staleGrant 2 nodeCordoned n1
            seen     1 running                     | 1/1 running
            extend   1 1h alice                    | 1 until +1d1h by alice
            node     n1 a100:2                     | -                            # a report changes nothing of it
            grant    2 n1:1                        | ! staleGrant 2 nodeCordoned n1
            trusted  n1                            | -                            # a person ordered it
            uncordon n1 alice                      | ! needsAdministrator
            uncordon n1 root!                      | uncordoned n1 by root
            grant    2 n1:1                        | 2 granted; 2/1 starting
            """)
    }

    @Test func aSuspicionGoesByItselfOrByHandAndAnOrderTakesItsPlace() throws {
        try LedgerTable.verify(
            """
            suspected n1                           | -
            node     n1 a100:1
            trusted  n1                            | -
            suspected n1                           | cordoned n1 on suspicion
            suspected n1                           | -
            trusted  n1                            | uncordoned n1
            suspected n1                           | cordoned n1 on suspicion
            uncordon n1 root!                      | uncordoned n1 by root
            suspected n1                           | cordoned n1 on suspicion
            cordon   n1 root!                      | cordoned n1
            suspected n1                           | -
            trusted  n1                            | -
            uncordon n1 root!                      | uncordoned n1 by root
            """)
    }
}
