import WireModel

/// The parts of the administration.
package enum AdministrationPart: CaseIterable, Sendable {
    case overview, nodes, users, teams, limits, profiles, policy, reservations, audit

    var name: String {
        switch self {
        case .overview: "Overview"
        case .nodes: "Nodes and GPUs"
        case .users: "Users"
        case .teams: "Teams"
        case .limits: "Limits"
        case .profiles: "Profiles"
        case .policy: "Policy"
        case .reservations: "Reservations"
        case .audit: "Who did what"
        }
    }

    var link: Link {
        switch self {
        case .overview: Link("/admin")
        case .nodes: Link("/admin/nodes")
        case .users: Link("/admin/users")
        case .teams: Link("/admin/teams")
        case .limits: Link("/admin/limits")
        case .profiles: Link("/admin/profiles")
        case .policy: Link("/admin/policy")
        case .reservations: Link("/admin/reservations")
        case .audit: Link("/admin/audit")
        }
    }

    /// As in the API: operators look after devices and nodes, and see teams and the policy as everybody may.
    func isFor(_ viewer: Viewer) -> Bool {
        switch self {
        case .users, .audit, .limits: viewer.isAdministrator
        case .overview, .nodes, .teams, .profiles, .policy, .reservations: viewer.isOperator
        }
    }
}

/// What is around each page of the administration.
struct AdministrationLayout {
    let title: String
    /// Without it, `title` is the heading as well.
    var heading: String?
    let part: AdministrationPart
    let viewer: Viewer
    var isLive = false
    var problem: Problem?
    /// What was just done, where the state bears it out.
    var done: String?

    func page(_ content: (inout HTML) -> Void) -> HTML {
        Layout(title: title, place: .administration, viewer: viewer, isLive: isLive).page { html in
            html.choices(
                "Administration",
                AdministrationPart.allCases.filter { $0.isFor(viewer) }.map { ($0.name, $0.link, $0 == part) })
            html(.header, .class("lead")) { $0(.h1, text: heading ?? title) }
            if let problem { html.notice(problem) }
            if let done { html.notice(done) }
            content(&html)
        }
    }
}
