import FleetModel
import WireModel

extension RequestView {
    /// What is entered through the browser, as people call it; nil: nothing, or not any more.
    var sessionName: String? {
        guard !isOver else { return nil }
        switch session {
        case "notebook": return "notebook"
        case nil: return nil
        default: return "session"
        }
    }
}

extension RequestPage {
    /// With whom it is shared: for its user alone.
    func sharing(_ html: inout HTML) {
        guard let shares = content.shares, let name = request.sessionName else { return }
        let id = "\(request.id)"
        html(.section, .class("card"), .aria(.labelledby, "sharing-title")) { html in
            html(.header) { $0(.h2, .id("sharing-title"), text: "Who else may enter the \(name)") }
            if shares.isEmpty {
                html(.p, text: "Nobody. Whoever you let in can do there whatever you can, in your name.")
            } else {
                html(.ul, .class("plain")) { html in
                    for user in shares {
                        html(.li) { html in
                            html(.form, .method("post"), .action(.path("work", id, "unshare"))) { html in
                                html(.bdi, text: user)
                                html.text(" ")
                                html(.input, .type("hidden"), .name("user"), .value(user))
                                html(.button, .type("submit")) { html in
                                    html.text("Let in no longer")
                                    html(.span, .class("unseen"), text: ": \(user)")
                                }
                            }
                        }
                    }
                }
                html(.p, text: "They can do there whatever you can, in your name.")
            }
            html(.form, .class("actions"), .method("post"), .action(.path("work", id, "share"))) { html in
                html(.div) { html in
                    html(.label, .for("share-user"), text: "Let somebody in")
                    html(
                        .input, .id("share-user"), .name("user"), .type("text"), .required, .noSpelling, .maxlength(200),
                        .placeholder("their account's name"))
                }
                html(.button, .type("submit"), text: "Share")
            }
        }
    }
}
