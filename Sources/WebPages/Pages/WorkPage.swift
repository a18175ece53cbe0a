package import FleetModel
package import WireModel

/// `/work`: what one asked for, what of it runs or waits, and what is over.
package struct WorkPage: Sendable {
    let viewer: Viewer
    let now: Timestamp
    let open: [RequestView]
    let openCount: Int
    let ended: [RequestView]
    let next: Int64?
    let terminals: Set<Int64>

    /// - Parameters:
    ///   - now: on the wall clock.
    ///   - open: what is not over, newest first, of `openCount`.
    ///   - ended: a page of what is over, newest first.
    ///   - next: below which number the following page begins; nil: there is none.
    ///   - terminals: the numbers of those of `open` that have a terminal.
    package init(
        viewer: Viewer, now: Timestamp, open: [RequestView], openCount: Int, ended: [RequestView], next: Int64?,
        terminals: Set<Int64> = []
    ) {
        self.viewer = viewer
        self.now = now
        self.open = open
        self.openCount = openCount
        self.ended = ended
        self.next = next
        self.terminals = terminals
    }

    package func html() -> HTML {
        Layout(title: "My work", place: .work, viewer: viewer, isLive: true).page { html in
            html(.header, .class("lead")) { html in
                html(.h1, text: "My work")
                html(.a, .class("button", "strong"), .href(Link("/get")), text: "Get a GPU")
            }
            html(.section, .id("open"), .class("card"), .data(.live, ""), .aria(.labelledby, "open-title")) { html in
                html(.header) { $0(.h2, .id("open-title"), text: "Running and waiting") }
                if open.isEmpty {
                    html(.p, .class("none")) { html in
                        html.text("Nothing of yours runs or waits. ")
                        html(.a, .href(Link("/help")), text: "How to begin")
                    }
                } else {
                    table(open, isOver: false, &html)
                    if openCount > open.count {
                        html(.p, .class("soft"), text: "The newest \(open.count) of \(Figures.grouped(Int64(openCount))).")
                    }
                }
            }
            html(.section, .id("ended"), .class("card"), .data(.live, ""), .aria(.labelledby, "ended-title")) { html in
                html(.header) { $0(.h2, .id("ended-title"), text: "Over") }
                if ended.isEmpty {
                    html(.p, .class("none"), text: "Nothing of yours is over yet.")
                } else {
                    table(ended, isOver: true, &html)
                }
                if let next {
                    html(.p) { $0(.a, .href(Link("/work").with("before", "\(next)")), text: "Older ones") }
                }
            }
        }
    }

    private func table(_ requests: [RequestView], isOver: Bool, _ html: inout HTML) {
        html(.table, .class("cards", "work")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["What", "State", "GPUs", isOver ? "When" : "Time", isOver ? "How it ended" : "Now"] {
                        html.column(name)
                    }
                }
            }
            html(.tbody) { html in
                for request in requests { row(request, isOver: isOver, &html) }
            }
        }
    }

    private func row(_ request: RequestView, isOver: Bool, _ html: inout HTML) {
        html(.tr) { html in
            html(.th, .scope("row")) { html in
                html(.a, .href(.path("work", "\(request.id)"))) { $0(.bdi, .class("name"), text: request.title) }
                html(.small, text: "request \(request.id)")
            }
            html(.td) { $0.pill(request.look) }
            html(.td, .data(.label, "GPUs")) { html in
                html.text(request.devicesText)
                if let lease = request.lease { html(.small) { $0(.bdi, text: "on \(lease.node)") } }
            }
            html(.td, .data(.label, isOver ? "When" : "Time")) { html in
                if isOver {
                    html.moment(Moment(request.lease?.endedAt ?? request.submittedAt), now: now)
                } else if let lease = request.lease {
                    html.timeLeft(Moment(lease.endsAt), now: now)
                } else {
                    html.text("asked ")
                    html.ago(Moment(request.submittedAt), now: now)
                }
            }
            html(.td, .class("full")) { html in
                html.sentences(request.words)
                if let name = request.sessionName, !isOver {
                    html(.small) { html in
                        html(.a, .href(.path("work", "\(request.id)", "enter")), text: "Open the \(name)")
                    }
                }
                if terminals.contains(request.id) {
                    html(.small) { html in
                        html(.a, .href(.path("work", "\(request.id)", "terminal")), text: "Open terminal")
                    }
                }
                if let progress = request.progress { html(.small, text: progress.words) }
                if let idle = request.lease?.idle, idle.since != nil, !isOver {
                    html(.small, .class("stale"), text: idle.words)
                }
            }
        }
    }
}
