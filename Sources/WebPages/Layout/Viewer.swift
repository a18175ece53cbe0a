/// Who looks at a page.
package struct Viewer: Sendable {
    package let name: String
    package let isAdministrator: Bool
    /// Takes devices and nodes out of the pool and puts them back; administrators do so as well.
    package let isOperator: Bool
    /// Whether a browser's session signed them in, which can be signed out of.
    package let canSignOut: Bool

    package init(name: String, isAdministrator: Bool, canSignOut: Bool, isOperator: Bool = false) {
        self.name = name
        self.isAdministrator = isAdministrator
        self.isOperator = isOperator || isAdministrator
        self.canSignOut = canSignOut
    }
}

/// The places that every page leads to.
enum Place: CaseIterable {
    case now, get, work, files, data, timeline, usage, plan, help, administration

    var name: String {
        switch self {
        case .now: "Now"
        case .get: "Get a GPU"
        case .work: "My work"
        case .files: "Files"
        case .data: "Data sets"
        case .timeline: "Timeline"
        case .usage: "Usage"
        case .plan: "Plan"
        case .help: "Help"
        case .administration: "Administration"
        }
    }

    var link: Link {
        switch self {
        case .now: Link("/")
        case .get: Link("/get")
        case .work: Link("/work")
        case .files: Link("/files/my")
        case .data: Link("/data")
        case .timeline: Link("/timeline")
        case .usage: Link("/usage")
        case .plan: Link("/plan")
        case .help: Link("/help")
        case .administration: Link("/admin")
        }
    }

    /// Nobody is led to where they may not go.
    func isFor(_ viewer: Viewer) -> Bool { self != .administration || viewer.isOperator }
}
