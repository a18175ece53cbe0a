package import WireModel

/// `/admin/policy`: the rules and their numbers.
package struct PolicyPage: Sendable {
    let viewer: Viewer
    /// What was typed, or what is in force.
    let form: PolicyForm
    /// Of the policy that the form was made from.
    let version: String
    let problem: Problem?
    let isChanged: Bool

    /// - Parameter isChanged: it was just changed.
    package init(viewer: Viewer, form: PolicyForm, version: String, problem: Problem? = nil, isChanged: Bool = false) {
        self.viewer = viewer
        self.form = form
        self.version = version
        self.problem = problem
        self.isChanged = isChanged
    }

    private static let groups: [(title: String, words: String, fields: [PolicyForm.Field])] = [
        (
            "Leases", "How long people have what they asked for.",
            [.default, .longest, .grace, .waitingLimit]
        ),
        (
            "Who is first",
            "A team's guaranteed GPUs are its own first. Anything spare goes to whoever has used least lately, and a request that doesn't "
                + "fit may be passed by others until it has waited a set time.", [.holdAfter, .halfLife]
        ),
        ("Taking back", "What a team borrowed beyond its guarantee.", [.reclaim, .reclaimNotice, .minimumRun]),
        (
            "Leases that nobody uses", "Several signs are looked at, and what is not known counts as use.",
            [.idle, .idleAfter, .idleWarnAgain, .idleRelease, .idleStartGrace, .idleDryRun, .keepFor]
        ),
        (
            "Reservations", "Claims on future GPUs.",
            [.reservations, .reservationLongest, .reservationAhead, .reservationLimit, .reservationGrace]
        ),
        ("Use from outside", "Whoever uses a GPU past Carrel.", [.foreignProcesses]),
        ("Electricity", "For receipts and reports.", [.electricityPrice, .currency]),
    ]

    package func html() -> HTML {
        AdministrationLayout(
            title: "Policy", part: .policy, viewer: viewer, problem: problem,
            done: isChanged ? "The policy is in force as it is shown." : nil
        ).page { html in
            guard viewer.isAdministrator else { return show(&html) }
            html(.form, .method("post"), .action(Link("/admin/policy/ask"))) { html in
                html.hidden("version", version)
                for (index, group) in Self.groups.enumerated() {
                    html(.fieldset, .class("card")) { html in
                        html(.legend, text: group.title)
                        html(.p, .class("soft"), text: group.words)
                        html(.div, .class("row", "even")) { html in
                            for field in group.fields { self.field(field, &html) }
                        }
                        if index == Self.groups.count - 1 {
                            html(.button, .type("submit"), .class("strong"), text: "Put it into force…")
                        }
                    }
                }
            }
        }
    }

    private func field(_ field: PolicyForm.Field, _ html: inout HTML) {
        let id = field.rawValue, hint = field.hint.map { _ in "\(id)-hint" }
        html(.div, .class("field")) { html in
            html(.label, .for(id), text: field.label)
            if let choices = field.choices {
                html(.select, .id(id), .name(field), hint.map { .aria(.describedby, $0) }) { html in
                    for choice in choices {
                        html(
                            .option, .value(choice.value), choice.value == form[field] ? .selected : nil, text: choice.name)
                    }
                }
            } else {
                html(
                    .input, .id(id), .name(field), .type("text"), .value(form[field]), .maxlength(40), .noSpelling,
                    hint.map { .aria(.describedby, $0) })
            }
            if let hint, let words = field.hint { html(.small, .id(hint), text: words) }
        }
    }

    /// For operators, who read it and don't set it.
    private func show(_ html: inout HTML) {
        for (index, group) in Self.groups.enumerated() {
            html.card("group-\(index)", group.title) { html in
                html(.p, .class("soft"), text: group.words)
                html(.dl, .class("facts")) { html in
                    for field in group.fields {
                        let value = form[field]
                        let name = field.choices?.first { $0.value == value }?.name ?? value
                        html.fact(field.label, text: name.isEmpty ? "–" : name)
                    }
                }
            }
        }
    }
}
