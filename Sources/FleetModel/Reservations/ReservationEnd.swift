/// Why a reservation is over.
package enum ReservationEnd: Hashable, Codable, Sendable {
    /// Its time was.
    case over
    /// Nobody used it for the policy's grace after it had begun.
    case lapsed
    case cancelled(by: UserName)
}
