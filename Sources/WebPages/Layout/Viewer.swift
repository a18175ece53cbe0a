/// Who looks at a page.
package struct Viewer: Sendable {
    package let name: String
    package let isAdministrator: Bool
    /// Whether a browser's session signed them in, which can be signed out of.
    package let canSignOut: Bool

    package init(name: String, isAdministrator: Bool, canSignOut: Bool) {
        self.name = name
        self.isAdministrator = isAdministrator
        self.canSignOut = canSignOut
    }
}

/// The places that every page leads to.
enum Place: CaseIterable {
    case now, get, work, timeline, usage, help

    var name: String {
        switch self {
        case .now: "Now"
        case .get: "Get a GPU"
        case .work: "My work"
        case .timeline: "Timeline"
        case .usage: "Usage"
        case .help: "Help"
        }
    }

    var link: Link {
        switch self {
        case .now: Link("/")
        case .get: Link("/get")
        case .work: Link("/work")
        case .timeline: Link("/timeline")
        case .usage: Link("/usage")
        case .help: Link("/help")
        }
    }
}
