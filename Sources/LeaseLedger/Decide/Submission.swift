package import FleetModel

extension LedgerState {
    /// The longest name of a request, in UTF-8 bytes.
    package static let longestName = 200

    func decideSubmission(_ submission: Submission) throws(Rejection) -> [Event] {
        let resources = submission.resources
        guard resources.devices.count >= 0 else { throw .negativeDeviceCount(resources.devices.count) }
        if let cores = resources.cores, cores <= .zero { throw .coresNotPositive(cores) }
        if let memory = resources.memory, memory <= .zero { throw .memoryNotPositive(memory) }
        guard Self.isUsableName(submission.name, limit: Self.longestName) else { throw .invalidName(submission.name) }
        let reservation = try checkReservation(resources, of: submission.user)
        let duration = resources.duration ?? usualDuration(of: submission, under: reservation)
        guard duration > .zero else { throw .durationNotPositive(duration) }
        guard duration <= policy.longestDuration else {
            throw .durationTooLong(asked: duration, longest: policy.longestDuration)
        }
        try checkLimits(of: submission, lasting: duration)
        if let before = submission.wishes.warnBefore {
            guard before > .zero, submission.wishes.warnSignal != nil else { throw .warningIncomplete }
        }
        let alreadyWaiting = index.queue.count(of: submission.user)
        guard alreadyWaiting < policy.waitingLimit else {
            throw .tooManyWaiting(count: alreadyWaiting, limit: policy.waitingLimit)
        }
        return [
            .requestSubmitted(
                RequestSubmitted(
                    id: nextID, user: submission.user, team: team(of: submission.user), name: submission.name,
                    kind: submission.kind, resources: resources, duration: duration,
                    wishes: submission.wishes == WorkWishes() ? nil : submission.wishes,
                    forecast: submission.forecast))
        ]
    }

    /// How long a lease lasts where nobody says.
    private func usualDuration(of submission: Submission, under reservation: Reservation?) -> TimeSpan {
        let usual = reservation.map { min($0.endsAt - $0.startsAt, policy.longestDuration) } ?? policy.defaultDuration
        return min(usual, longestAllowed(for: submission))
    }

    /// How long a lease would last that is asked for so, and how long at most.
    package func durations(of submission: Submission) -> (lasts: TimeSpan, atMost: TimeSpan) {
        let reservation = submission.resources.reservation.flatMap { id in reservations.first { $0.id == id } }
        return (
            submission.resources.duration ?? usualDuration(of: submission, under: reservation),
            min(policy.longestDuration, longestAllowed(for: submission))
        )
    }

    /// Names end up on terminals and pages: control characters never get into the ledger, nor what breaks lines or
    /// turns the direction of the text around it.
    package static func isUsableName(_ name: String, limit: Int = longestName) -> Bool {
        !name.isEmpty && name.utf8.count <= limit
            && name.unicodeScalars.allSatisfy { scalar in
                switch scalar.value {
                case 0..<0x20, 0x7f...0x9f, 0x2028...0x2029, 0x202a...0x202e, 0x2066...0x2069: false
                default: true
                }
            }
    }
}
