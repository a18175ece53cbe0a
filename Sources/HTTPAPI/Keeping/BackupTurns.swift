import Synchronization

/// One copy at a time: each takes as much of the disk as the ledger does, until whoever asked for it has it.
final class BackupTurns: Sendable {
    /// Ends with its last owner, however that comes about.
    final class Turn: Sendable {
        private let turns: BackupTurns
        fileprivate init(_ turns: BackupTurns) { self.turns = turns }
        deinit { turns.isTaken.withLock { $0 = false } }
    }

    private let isTaken = Mutex(false)

    /// Waits a moment for the one before: it ends just after its reader has all of it, who may ask again at once.
    func take(within patience: Duration) async throws -> Turn {
        let deadline = ContinuousClock.now + patience
        while true {
            do throws(BackupRefusal) { return try take() } catch {
                guard .now < deadline else { throw error }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    func take() throws(BackupRefusal) -> Turn {
        let wasTaken = isTaken.withLock { taken in
            defer { taken = true }
            return taken
        }
        if wasTaken { throw .underway }
        return Turn(self)
    }
}
