/// Where a request stands.
///
/// | from | to |
/// |---|---|
/// | waiting | granted, refused, cancelled |
/// | granted, refused, cancelled | nothing: these are final |
package enum RequestPhase: String, Codable, Sendable, CaseIterable {
    case waiting
    case granted
    case refused
    case cancelled

    /// Whether the table above has this transition.
    package func mayBecome(_ next: RequestPhase) -> Bool {
        switch (self, next) {
        case (.waiting, .granted), (.waiting, .refused), (.waiting, .cancelled): true
        default: false
        }
    }
}
