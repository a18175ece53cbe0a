import FleetModel
import WireModel

/// Who somebody is at sign-in services outside, each with a button that ends it.
struct IdentityList {
    let identities: [IdentityView]
    /// Where the form goes.
    let action: Link
    let now: Timestamp

    func write(to html: inout HTML) {
        html(.table, .class("cards")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["Sign-in service", "Known there as", "Since"] { html.column(name) }
                    html(.th, .scope("col")) { $0(.span, .class("unseen"), text: "Act") }
                }
            }
            html(.tbody) { html in
                for identity in identities { row(identity, &html) }
            }
        }
    }

    private func row(_ identity: IdentityView, _ html: inout HTML) {
        html(.tr) { html in
            html(.th, .scope("row")) { $0(.bdi, .class("name"), text: identity.issuer) }
            html(.td, .data(.label, "Known there as")) { $0(.bdi, .class("name"), text: identity.subject) }
            html(.td, .data(.label, "Since")) { $0.ago(Moment(identity.connectedAt), now: now) }
            html(.td, .class("full")) { html in
                html(.form, .method("post"), .action(action)) { html in
                    html(.input, .type("hidden"), .name("issuer"), .value(identity.issuer))
                    html(.button, .type("submit"), .class("danger", "small")) { html in
                        html.text("Disconnect")
                        html(.span, .class("unseen"), text: " \(identity.issuer)")
                    }
                }
            }
        }
    }
}
