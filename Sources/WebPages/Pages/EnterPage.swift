package import WireModel

/// What is shown while a session can't be entered yet. The browser asks again by itself, and goes in when it can.
package struct EnterPage: Sendable {
    let viewer: Viewer
    let request: RequestView
    let why: [String]

    /// - Parameter why: why it waits, in sentences; empty: it doesn't.
    package init(viewer: Viewer, request: RequestView, why: [String]) {
        self.viewer = viewer
        self.request = request
        self.why = why
    }

    package func html() -> HTML {
        Layout(title: "Opening \(request.title)", place: .work, viewer: viewer).page { html in
            html(.header, .class("lead")) { html in
                html(.div) { html in
                    html(.h1) { html in
                        html(.bdi, text: request.title)
                        html.text(" ")
                        html.pill(request.look)
                    }
                    html(.p, .role("status")) { $0.sentences(request.words) }
                }
            }
            html(
                .p, .class("notice"),
                text: request.lease == nil
                    ? "It opens here by itself as soon as it has its turn. You may leave this page; the request stays."
                    : "It is starting, and opens here by itself as soon as it answers.")
            for sentence in why { html(.p) { $0.sentences(sentence) } }
            html(.p) { html in
                html(.a, .class("button"), .href(.path("work", "\(request.id)")), text: "Its page, with what it writes")
            }
        }
    }
}
