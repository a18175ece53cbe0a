import WireModel

/// What is around each page: the head, the way to the other pages, who one is, and the end.
struct Layout {
    /// For the title of the window.
    let title: String
    /// Where in the navigation; nil: nowhere.
    let place: Place?
    /// nil: nobody signed in, and the navigation is left out.
    let viewer: Viewer?
    /// It is the viewer's own account, to which their name leads.
    var isAccount = false
    /// Whether parts of it follow what happens.
    var isLive = false
    /// A terminal, which takes the whole window and loads more than other pages.
    var isTerminal = false
    /// Of how many bytes the page may come to be.
    var capacity = 32_768

    func page(_ content: (inout HTML) -> Void) -> HTML {
        var html = HTML(capacity: capacity)
        html.markup("<!DOCTYPE html>\n<html lang=\"en\">")
        head(&html)
        html(.body, isTerminal ? .class("whole") : nil) { html in
            html.markup("<a class=\"skip\" href=\"#content\">Skip to the content</a>")
            top(&html)
            html.markup("<main id=\"content\" tabindex=\"-1\">")
            content(&html)
            html.markup("</main>")
            foot(&html)
        }
        html.markup("</html>\n")
        return html
    }

    private func head(_ html: inout HTML) {
        html(.head) { html in
            html.markup("<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            html.markup("<meta name=\"color-scheme\" content=\"light dark\">")
            html(.title, text: title + " – Carrel")
            html(.link, .rel("stylesheet"), .href(Asset.style.link))
            html(.link, .rel("icon"), .type("image/svg+xml"), .href(Asset.icon.link))
            html(.script, .src(Asset.script.link), .defer)
            if isTerminal {
                html(.link, .rel("stylesheet"), .href(Asset.terminalStyle.link))
                html(.script, .src(Asset.terminalScript.link), .defer)
            }
        }
    }

    private func top(_ html: inout HTML) {
        html(.header, .class("top")) { html in
            html(.div) { html in
                html.markup(
                    "<a class=\"brand\" href=\"/\"><svg viewBox=\"0 0 32 32\" aria-hidden=\"true\"><rect width=\"32\" height=\"32\" rx=\"7\"></rect><path d=\"M8 22V11.5A1.5 1.5 0 0 1 9.5 10h13a1.5 1.5 0 0 1 1.5 1.5V22M6 18h20\"></path></svg>Carrel</a>"
                )
                guard let viewer else { return }
                html(.nav, .label("Pages")) { html in
                    html(.ul) { html in
                        for place in Place.allCases where place.isFor(viewer) {
                            html(.li) { html in
                                html(.a, .href(place.link), place == self.place ? .current : nil, text: place.name)
                            }
                        }
                    }
                }
                html(.div, .class("who")) { html in
                    html(.a, .href(Link("/account")), .title("\(viewer.name): my account"), isAccount ? .current : nil) {
                        html in
                        html(.span, .class("unseen"), text: "My account, signed in as ")
                        html(.bdi, text: viewer.name)
                    }
                    if viewer.isOperator {
                        html(.span, .class("tag"), text: viewer.isAdministrator ? "administrator" : "operator")
                    }
                    if viewer.canSignOut {
                        html(.form, .method("post"), .action(Link("/sign-out"))) { html in
                            html(.button, .class("plain"), .type("submit"), text: "Sign out")
                        }
                    }
                }
            }
        }
    }

    private func foot(_ html: inout HTML) {
        html(.footer, .class("foot")) { html in
            html(.div) { html in
                html(.span, text: "Carrel \(CarrelVersion.text)")
                if isLive {
                    html(
                        .span, .id("live"), .role("status"), text: "As of when this page was loaded; load it again for news")
                }
            }
        }
    }
}
