package import FleetModel

/// What one of NVIDIA's error numbers means for a device, and for the person whose work ran on it.
///
/// The numbers are those of NVIDIA's catalogue of Xid errors (docs.nvidia.com/deploy/xid-errors); what follows from each is
/// Carrel's decision, in `XidCatalogue`. Every number has a meaning: one that nobody knows, and 999 (the driver did not
/// say which), asks for a verification and quarantines nothing by itself.
package struct XidMeaning: Hashable, Sendable {
    /// What follows for the device.
    package enum Action: Hashable, Sendable {
        case nothing
        /// It goes into the device's history.
        case note
        /// It goes into the history and is shown to administrators: more of it would tell of a device that ages.
        case watch
        /// The checks at the lease's end decide, with a probe: only if they fail is the device quarantined.
        case verify
        /// The device leaves the pool, whatever the checks find.
        case quarantine(Quarantine.Cure)
    }

    /// Where the cause is most likely.
    package enum Blame: String, Sendable, CaseIterable {
        /// The program that ran: the device is well, and the user should hear it.
        case application
        /// The device, its links or its firmware: the user did nothing wrong.
        case device
        case unknown
    }

    package let number: Int
    package let action: Action
    package let blame: Blame
    /// One sentence for the user.
    package let sentence: String
    /// The work can't go on, or goes on with wrong data: the running lease is to be ended now.
    package let endsLease: Bool
    /// The number is in the catalogue.
    package let isKnown: Bool

    /// Total: every number has one.
    package init(of number: Int) {
        guard let rule = XidCatalogue.rule(for: number) else {
            self.init(
                number, .verify, .unknown, endsLease: false, isKnown: false,
                number == 999
                    ? "The driver reported an error and did not say which; the GPU is verified before its next lease."
                    : "The driver reported an error that Carrel does not know; the GPU is verified before its next lease.")
            return
        }
        self.init(number, rule.action, rule.blame, endsLease: rule.endsLease, isKnown: true, rule.sentence)
    }

    init(
        _ number: Int, _ action: Action, _ blame: Blame, endsLease: Bool, isKnown: Bool, _ sentence: String
    ) {
        self.number = number
        self.action = action
        self.blame = blame
        self.endsLease = endsLease
        self.isKnown = isKnown
        self.sentence = sentence
    }

    /// The cure, where the number quarantines by itself.
    package var cure: Quarantine.Cure? {
        if case .quarantine(let cure) = action { return cure }
        return nil
    }
}

extension XidMeaning {
    /// The meanings of what was reported on one device during one lease, each number once, in the order of the catalogue.
    ///
    /// Numbers explain one another: an uncorrectable memory error (48, with 171 or 172) that comes with 94 was contained. It
    /// cost the program that it hit, and the device stays; with 95, or alone, it was not.
    package static func together(_ numbers: [Int]) -> [XidMeaning] {
        let sorted = numbers.sorted()
        let distinct = sorted.indices.filter { $0 == 0 || sorted[$0] != sorted[$0 - 1] }.map { sorted[$0] }
        let isContained = distinct.contains(94) && !distinct.contains(95)
        return distinct.map { number in
            let meaning = XidMeaning(of: number)
            guard isContained, mayBeContained(number) else { return meaning }
            return XidMeaning(94).named(number)
        }
    }

    /// Whether a number that may come a moment later, 94, would make another thing of this one.
    package static func mayBeContained(_ number: Int) -> Bool { [48, 171, 172].contains(number) }

    private init(_ number: Int) { self.init(of: number) }

    private func named(_ other: Int) -> XidMeaning {
        XidMeaning(other, action, blame, endsLease: endsLease, isKnown: isKnown, sentence)
    }
}
