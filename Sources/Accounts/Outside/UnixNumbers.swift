package import FleetModel

/// Gives new accounts numbers of a range, for the Unix user that their work runs as. Each is given once.
package struct UnixNumbers: Sendable {
    package let range: OutsidePeople.UnixIDs
    private let desk: SignInDesk
    private let storage: any OutsideStorage

    package init(range: OutsidePeople.UnixIDs, desk: SignInDesk, storage: any OutsideStorage) {
        (self.range, self.desk, self.storage) = (range, desk, storage)
    }

    /// One that nobody has or had.
    /// - Parameter isFree: whether no user of this machine has a number; nil: it is not known.
    package func next(
        for name: UserName, at now: Timestamp, isFree: (UInt32) async -> Bool?
    ) async throws(OutsideRefusal) -> UInt32 {
        // A range may lie where the machine has users: they are passed over, not for ever.
        for _ in 0..<100 {
            let found: UInt32?
            do {
                found = try await storage.allocateUnixID(from: range.first, to: range.last, for: name, at: now)
            } catch { throw .storage(detail: "\(error)") }
            guard let found else { throw .noNumberLeft }
            guard desk.directory.account(unixID: found) == nil else { continue }
            guard let isFree = await isFree(found) else {
                throw .storage(detail: "the account database did not say whether \(found) is somebody's")
            }
            if isFree { return found }
        }
        throw .noNumberLeft
    }
}
