import FleetModel

extension LedgerState {
    mutating func noteRest(_ id: LeaseID, _ change: (inout IdleRecord) -> Void) {
        updateLease(id) { lease in
            var record = lease.idle ?? IdleRecord()
            change(&record)
            lease.idle = record
        }
    }
}
