package import LeaseLedger

/// Why the service could not do what it was asked to.
package enum ServiceError: Error, Hashable, Sendable {
    /// The ledger said no.
    case rejected(Rejection)
    /// Nothing was kept; leases that are held can still be returned.
    case storageFull(detail: String)
    /// The same idempotency key came with another request.
    case keyUsedForAnotherRequest(key: String)
    /// The server is ending.
    case stopping
    case storeFailed(detail: String)
}
