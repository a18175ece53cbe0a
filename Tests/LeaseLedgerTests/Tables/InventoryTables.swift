import FleetTestKit
import Testing

/// What nodes report, and what happens to leases when it changes under them.
@Suite struct InventoryTables {
    @Test func aReportIsNewsOnce() throws {
        try LedgerTable.verify(
            """
            show     n1                            | unknown
            show     n1:0                          | unknown
            node     n1 a100:4                     | node n1 4
            node     n1 a100:4                     | -
            node     n1 a100:4 boot=boot-2         | node n1 4
            node     n1 a100:4 boot=boot-2         | -
            node     n1 a100:4 boot=boot-2 cores=32 | node n1 4
            node     n1 a100:2 boot=boot-2 cores=32 | node n1 2
            show     n1                            | known free n1:0,1 cores 32
            show     n1:3                          | unknown
            node     n1 -                          | node n1 0
            node     n1 -                          | -
            show     n1                            | known free none cores 64
            node     n1 a100:1                     | node n1 1
            """)
    }

    @Test func aDeviceThatGoesWhileItIsHeldIsMissing() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4
            request  1 alice 2
            grant    1 n1:0,1
            seen     1 running
            node     n1 a100:4 without=1,3         | node n1 2
            node     n1 a100:4 without=1,3         | -
            show     n1:0                          | offered held 1
            show     n1:1                          | missing held 1
            show     n1:3                          | unknown                      # nobody held it: forgotten
            show     1                             | running n1:0,1
            node     n1 a100:4 without=3           | node n1 3
            show     n1:1                          | offered held 1               # it is back
            node     n1 a100:4 without=1,3         | node n1 2
            seen     1 exited 0
            verified 1 clean                       | 1 closed exit 0
            show     n1:1                          | unknown
            show     n1                            | known free n1:0,2
            node     n1 a100:4 without=1,3         | -
            node     n1 a100:4                     | node n1 4
            show     n1                            | known free n1:0,1,2,3
            """)
    }

    @Test func aMissingDeviceIsNotOffered() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            request  1 alice 1
            grant    1 n1:0
            node     n1 a100:2 without=0
            request  2 bob 1
            grant    2 n1:0                        | ! staleGrant 2 deviceNotFree n1:0
            show     n1                            | known free n1:1
            """)
    }

    @Test func anotherBootKeepsTheLeasesUntilTheEngineSpeaks() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            request  1 alice 1
            grant    1 n1:0
            seen     1 running
            node     n1 a100:2 boot=boot-2         | node n1 2
            show     1                             | running n1:0
            engine   1 nodeLost                    | 1/1 verifying nodeLost nodeLost
            verified 1 clean                       | 1 closed exit 120
            """)
    }

    @Test func aNodeMayReportLessThanIsLeased() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4 cores=8 memory=64GB
            request  1 alice 1
            grant    1 n1:0 cores=6
            node     n1 a100:4 cores=4 memory=64GB | node n1 4
            show     n1                            | known free n1:1,2,3 cores -2
            request  2 bob 1
            grant    2 n1:1                        | ! staleGrant 2 notEnoughCores 1 -2
            grant    2 n1:1 cores=0                | ! staleGrant 2 notEnoughCores 0 -2
            seen     1 exited 0
            verified 1 clean                       | 1 closed
            show     n1                            | known free n1:0,1,2,3 cores 4
            node     n1 a100:4 cores=-9223372036854775808 memory=64GB | node n1 4
            grant    2 n1:1 cores=0                | ! staleGrant 2 notEnoughCores 0 -9223372036854775.808
            node     n1 a100:4 cores=9223372036854775807 memory=64GB | node n1 4
            grant    2 n1:1 cores=9223372036854775 | 2 granted; 2/1 starting
            """)
    }

    @Test func aNodeOutOfContactIsNotForgotten() throws {
        try LedgerTable.verify(
            """
            lost     n1                            | -                            # nobody knows it
            node     n1 a100:2
            found    n1                            | -
            request  1 alice 1 1h
            grant    1 n1:0
            seen     1 running
            lost     n1                            | n1 lost
            lost     n1                            | -
            show     1                             | running n1:0 until +1h attempt 1 lost
            owed                                   | -                            # what can't be asked is left alone
            node     n1 a100:2                     | -                            # a report is no contact
            after    1h                            | 1 ending expired
            owed                                   | -
            found    n1                            | n1 known
            show     1                             | ending n1:0 until +1h attempt 1 known
            owed     1 running                     | stop 1/1
            after    1m
            owed     1 running                     | kill 1/1
            """)
    }
}
