package import FleetModel
package import WireModel

/// A number below `/work`: one request, its lease and its work.
package struct RequestPage: Sendable {
    /// What somebody has just done here. It is said only where the request's own state shows that it is so.
    package enum Done: String, Sendable {
        case asked, kept, extended, returned
    }

    /// Everything that the page shows.
    package struct Content: Sendable {
        package var request: RequestView
        /// Why it waits, or why it began when it did.
        package var why: [String] = []
        /// When the limit that keeps it waiting lets it start; nil: none does, or nothing says when.
        package var notBefore: String?
        package var series: TelemetrySeries?
        /// Of one of its devices.
        package var deviceMemory: Int64?
        package var receipt: ReceiptView?
        /// nil: there is none yet, or it is not the viewer's to read.
        package var output: OutputView?
        /// Why there is no output, where there might be some.
        package var noOutput: String?
        /// It is the viewer's own, or the viewer is an administrator.
        package var mayAct = false
        package var done: Done?
        /// Who may enter its session beside its user; nil: it is none of the viewer's.
        package var shares: [String]?
        /// It runs on a terminal, or will.
        package var hasTerminal = false

        package init(_ request: RequestView) { self.request = request }
    }

    let viewer: Viewer
    let now: Timestamp
    let content: Content
    var request: RequestView { content.request }

    /// - Parameter now: on the wall clock.
    package init(viewer: Viewer, now: Timestamp, content: Content) {
        self.viewer = viewer
        self.now = now
        self.content = content
    }

    package func html() -> HTML {
        let place: Place? = request.user == viewer.name ? .work : nil
        return Layout(title: "\(request.look.words): \(request.title)", place: place, viewer: viewer, isLive: true).page {
            html in
            html(.div, .id("request"), .data(.live, "")) { html in
                html(.header, .class("lead")) { html in
                    html(.div) { html in
                        html(.h1) { html in
                            html(.bdi, text: request.title)
                            html.text(" ")
                            html.pill(request.look)
                        }
                        html(.p) { $0.sentences(request.words) }
                    }
                }
                notices(&html)
                facts(&html)
            }
            html(.div, .id("actions"), .data(.live, "")) { actions(&$0) }
            html(.div, .id("sharing"), .data(.live, "")) { sharing(&$0) }
            if content.mayAct, !request.isOver {
                // Shown by the script, where the browser can.
                html(.p, .id("tell"), .hidden) { html in
                    html(.button, .type("button"), text: "Tell me when it starts or ends")
                    html.markup(" <small></small>")
                }
            }
            html(.div, .id("charts"), .data(.live, "")) { charts(&$0) }
            html(.div, .id("why"), .data(.live, "")) { why(&$0) }
            html(.div, .id("receipt"), .data(.live, "")) { receipt(&$0) }
            output(&html)
        }
    }

    /// What its user should know now.
    private func notices(_ html: inout HTML) {
        if let words = doneWords { html(.p, .class("notice", "good"), .role("status"), text: words) }
        guard let lease = request.lease, request.isActive else { return }
        if lease.contact == "lost" {
            html(
                .p, .class("notice", "bad"),
                text: "The node \(lease.node) is out of contact. The lease stays yours, and what runs there may go on.")
        }
        if let reclaim = lease.reclaim {
            html(.p, .class("notice", "warn")) { html in
                html.text("This lease is taken back for request \(reclaim.forRequest). Its work is asked to end at ")
                html.moment(Moment(reclaim.endsAt), now: now)
                html.text(". Save what you need before that.")
            }
        }
        if let drainedAt = Moment(lease.drainedAt) {
            html(.p, .class("notice", "warn")) { html in
                html.text("The node is to be empty by ")
                html.moment(drainedAt, now: now)
                html.text(", and this lease ends with that.")
            }
        }
        if let idle = lease.idle, idle.since != nil || idle.releaseAt != nil { self.idle(idle, &html) }
    }

    private func idle(_ idle: IdleView, _ html: inout HTML) {
        html(.div, .class("notice", "warn")) { html in
            html(.p) { html in
                html(.strong, text: idle.words)
                if let releaseAt = Moment(idle.releaseAt) {
                    html.text(" It will be returned at ")
                    html.moment(releaseAt, now: now)
                    html.text(" unless it is used or kept.")
                }
            }
            if let notice = idle.notice {
                html(.p, text: notice.sentence + (notice.evidence.isEmpty ? "" : " " + notice.evidence))
            }
        }
    }

    /// Only what the state bears out: an address with such a word may come from anywhere.
    private var doneWords: String? {
        switch content.done {
        case .asked where !request.isOver:
            request.lease == nil
                ? "Your request was taken in. It starts as soon as its turn comes." : "Your request has its GPUs."
        case .kept where request.lease?.idle?.keptUntil != nil: "You keep this lease: it does not count as idle for now."
        case .extended where request.isActive: "The lease was extended. It ends at the time that is shown below."
        case .returned where !request.isActive && request.state != "waiting":
            request.lease == nil ? "The request was cancelled." : "The lease was given back."
        default: nil
        }
    }
}
