package import FleetModel

/// Whether a device may be leased, beside who holds it.
///
/// | from | to | because |
/// |---|---|---|
/// | offered | missing | the node's report no longer lists it |
/// | offered | frozen | an attempt that no live lease accounts for claims it |
/// | missing | offered | it is listed again |
/// | missing | frozen | as above |
/// | frozen | offered, missing | the claim is gone, and the device was looked at |
package enum DeviceCondition: Hashable, Codable, Sendable {
    case offered
    case missing
    case frozen(claim: AttemptKey)

    /// The condition without its details, as the table above names it.
    package enum Kind: String, CaseIterable, Sendable { case offered, missing, frozen }

    package var kind: Kind {
        switch self {
        case .offered: .offered
        case .missing: .missing
        case .frozen: .frozen
        }
    }
}

extension DeviceCondition.Kind {
    /// Whether the table above has this transition.
    package func mayBecome(_ next: Self) -> Bool {
        switch (self, next) {
        case (.offered, .missing), (.offered, .frozen): true
        case (.missing, .offered), (.missing, .frozen): true
        case (.frozen, .offered), (.frozen, .missing): true
        default: false
        }
    }
}
