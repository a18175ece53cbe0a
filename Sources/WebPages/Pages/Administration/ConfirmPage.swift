package import FleetModel
package import WireModel

/// Asks once more, on a page of its own, before something that hurts; says what will happen.
package struct ConfirmPage: Sendable {
    package struct Content: Sendable {
        package var part: AdministrationPart
        /// Such as “Drain node1?”.
        package var question: String
        /// What will happen, a sentence each.
        package var consequences: [String]
        /// The requests that it ends or touches.
        package var requests: [RequestView] = []
        /// Where it is done,
        package var action: Link
        /// with these values,
        package var fields: [(name: StaticString, value: String)] = []
        /// with what was typed of the policy,
        package var policy: PolicyForm?
        /// and a reason, where people are told one; nil: none is asked for.
        package var reason: Reason?
        package var button: String
        /// Where one goes who thinks better of it.
        package var back: Link
        package var problem: Problem?

        package init(
            part: AdministrationPart, question: String, consequences: [String], action: Link, button: String, back: Link
        ) {
            self.part = part
            self.question = question
            self.consequences = consequences
            self.action = action
            self.button = button
            self.back = back
        }
    }

    package struct Reason: Sendable {
        let hint: String
        let value: String
        let isRequired: Bool

        package init(hint: String, value: String = "", isRequired: Bool = false) {
            self.hint = hint
            self.value = value
            self.isRequired = isRequired
        }
    }

    let viewer: Viewer
    let now: Timestamp
    let content: Content

    package init(viewer: Viewer, now: Timestamp, content: Content) {
        self.viewer = viewer
        self.now = now
        self.content = content
    }

    package func html() -> HTML {
        AdministrationLayout(
            title: content.question, part: content.part, viewer: viewer, problem: content.problem
        ).page { html in
            html(.div, .class("card", "ask")) { html in
                for sentence in content.consequences { html(.p) { $0.sentences(sentence) } }
                if !content.requests.isEmpty { LeaseTable(requests: content.requests, now: now).write(to: &html) }
                html(.form, .method("post"), .action(content.action)) { html in
                    for field in content.fields { html.hidden(field.name, field.value) }
                    for field in PolicyForm.Field.allCases {
                        guard let text = content.policy?.texts[field] else { continue }
                        html(.input, .type("hidden"), .name(field), .value(text))
                    }
                    if let reason = content.reason {
                        html.field(
                            "reason", "Reason", value: reason.value, hint: reason.hint, most: 400,
                            reason.isRequired ? .required : nil)
                    }
                    html(.p, .class("buttons")) { html in
                        html(.button, .type("submit"), .class("danger"), text: content.button)
                        html.text(" ")
                        html(.a, .class("button"), .href(content.back), text: "Leave it as it is")
                    }
                }
            }
        }
    }
}

/// Requests in a few words: whose, what, where and until when.
struct LeaseTable {
    let requests: [RequestView]
    let now: Timestamp
    /// Who may take one back finds a way to it.
    var mayRevoke = false
    /// Whose they are is said elsewhere.
    var isOfOne = false
    /// How many there are, where those are only the first; nil: these are all.
    var all: Int?

    private static let most = 100

    func write(to html: inout HTML) {
        html(.table, .class("cards", "leases")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["What"] + (isOfOne ? [] : ["Who"]) + ["State", "GPUs", "Time"] { html.column(name) }
                    if mayRevoke { html(.th, .scope("col")) { $0(.span, .class("unseen"), text: "Act") } }
                }
            }
            html(.tbody) { html in
                for request in requests.prefix(Self.most) { row(request, &html) }
            }
        }
        let more = (all ?? requests.count) - min(requests.count, Self.most)
        if more > 0 { html(.p, .class("soft"), text: "And \(Figures.grouped(Int64(more))) more.") }
    }

    private func row(_ request: RequestView, _ html: inout HTML) {
        html(.tr) { html in
            html(.th, .scope("row")) { html in
                html(.a, .href(.path("work", "\(request.id)"))) { $0(.bdi, .class("name"), text: request.title) }
                html(.small, text: "request \(request.id)")
            }
            if !isOfOne { html(.td, .data(.label, "Who")) { $0(.bdi, .class("name"), text: request.user) } }
            html(.td) { $0.pill(request.look) }
            html(.td, .data(.label, "GPUs")) { html in
                html.text(request.devicesText)
                if let lease = request.lease { html(.small) { $0(.bdi, text: "on \(lease.node)") } }
            }
            html(.td, .data(.label, "Time")) { html in
                if request.isOver {
                    html.moment(Moment(request.lease?.endedAt ?? request.submittedAt), now: now)
                } else if let lease = request.lease {
                    html.timeLeft(Moment(lease.endsAt), now: now)
                } else {
                    html.text("asked ")
                    html.ago(Moment(request.submittedAt), now: now)
                }
            }
            if mayRevoke {
                html(.td, .class("full")) { html in
                    guard request.isActive else { return }
                    html(.a, .href(.path("admin", "leases", "\(request.id)", "revoke"))) { html in
                        html.text("Revoke…")
                        html(.span, .class("unseen"), text: " lease \(request.id)")
                    }
                }
            }
        }
    }
}
