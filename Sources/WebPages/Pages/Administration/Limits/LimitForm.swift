package import WireModel

/// Whose limits these are.
package enum LimitOwnerName: Hashable, Sendable {
    /// Each person who has none of their own.
    case everybody
    case user(String)
    case team(String)

    package var link: Link {
        switch self {
        case .everybody: Link("/admin/limits/everybody")
        case .user(let name): .path("admin", "limits", "users", name)
        case .team(let name): .path("admin", "limits", "teams", name)
        }
    }

    package var removal: Link {
        switch self {
        case .everybody: Link("/admin/limits/everybody/remove")
        case .user(let name): .path("admin", "limits", "users", name, "remove")
        case .team(let name): .path("admin", "limits", "teams", name, "remove")
        }
    }

    /// As sentences begin: `Everybody`, `anna`, `Team vision`.
    package var title: String {
        switch self {
        case .everybody: "Everybody"
        case .user(let name): name
        case .team(let name): "Team \(name)"
        }
    }
}

/// Limits as they are typed: a text for each number; an empty one is no limit.
package struct LimitForm: Sendable {
    package enum Field: String, CaseIterable, Sendable { case name, gpus, hours, longest }

    /// Where it is not known yet: of a `user` or a `team`,
    package var kind = "user"
    /// and the name.
    package var name = ""
    package var gpus = ""
    package var hours = ""
    package var longest = ""
    /// Tells what the form was made from.
    package var version = ""
    /// What can't be taken of what was typed, beside its field.
    package var mistakes: [Field: String] = [:]

    package init() {}

    /// As they are in force; nil: there are none.
    package init(_ limits: LimitView?) {
        gpus = limits?.gpusAtOnce.map { "\($0)" } ?? ""
        hours = limits?.gpuHoursAWeek.map { "\($0)" } ?? ""
        longest = limits?.longestLeaseSeconds.map(PolicyForm.typed) ?? ""
    }

    /// - Parameter isTeam: how many GPUs a team may hold at once is kept with the team.
    func numbers(isTeam: Bool, _ html: inout HTML) {
        html(.div, .class("row", "even")) { html in
            if !isTeam {
                html.field(
                    "gpus", "GPUs at once", value: gpus, hint: "Empty: no limit.", most: 12, error: mistakes[.gpus],
                    .noSpelling,
                    .inputmode("numeric"))
            }
            html.field(
                "hours", "GPU-hours in seven days", value: hours,
                hint: "Used in the last seven days, and what running leases may still use; empty: no limit.", most: 12,
                error: mistakes[.hours], .noSpelling, .inputmode("numeric"))
            html.field(
                "longest", "The longest lease", value: longest,
                hint: "Such as 8h or 2d, extensions included; empty: what the policy says.", most: 40,
                error: mistakes[.longest], .noSpelling)
        }
    }
}
