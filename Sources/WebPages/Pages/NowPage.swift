package import FleetModel
package import WireModel

/// `/`: each device with who has it, what for and until when, and who waits.
package struct NowPage: Sendable {
    /// Which devices are shown.
    package enum Choice: String, CaseIterable, Sendable {
        case all, free, held, mine, out

        var name: String {
            switch self {
            case .all: "All"
            case .free: "Free"
            case .held: "In use"
            case .mine: "Mine"
            case .out: "Out of the pool"
            }
        }
    }

    /// Some of those who wait.
    package struct Queue: Sendable {
        /// One of them, with the reason in words.
        package struct Entry: Sendable {
            let place: Int
            let request: RequestView
            let reason: String?

            /// - Parameter place: from 1.
            package init(place: Int, request: RequestView, reason: String?) {
                self.place = place
                self.request = request
                self.reason = reason
            }
        }

        let entries: [Entry]
        let all: Int
        let page: Int
        let pages: Int

        /// - Parameters:
        ///   - all: how many wait.
        ///   - page: which page of them this is, from 1.
        package init(entries: [Entry], all: Int, page: Int, pages: Int) {
            self.entries = entries
            self.all = all
            self.page = page
            self.pages = pages
        }
    }

    let viewer: Viewer
    let now: Timestamp
    let list: DeviceList
    let queue: Queue
    let mine: [RequestView]
    let choice: Choice

    /// - Parameters:
    ///   - now: on the wall clock.
    ///   - mine: what the viewer asked for that is not over.
    package init(viewer: Viewer, now: Timestamp, list: DeviceList, queue: Queue, mine: [RequestView], choice: Choice) {
        self.viewer = viewer
        self.now = now
        self.list = list
        self.queue = queue
        self.mine = mine
        self.choice = choice
    }

    package func html() -> HTML {
        let capacity = 16_384 + 1_024 * (list.devices.count + queue.entries.count)
        return Layout(title: "Now", place: .now, viewer: viewer, isLive: true, capacity: capacity).page { html in
            html(.div, .id("when"), .data(.live, "")) { html in
                html.lead("GPUs now") { html in
                    html.text("As of ")
                    html.moment(Moment(now), now: now)
                }
            }
            html(.div, .id("figures"), .data(.live, "")) { figures(&$0) }
            html(.div, .id("mine"), .data(.live, "")) { own(&$0) }
            html(.div, .id("devices"), .data(.live, "")) { devices(&$0) }
            html(.section, .id("queue"), .class("card"), .data(.live, ""), .aria(.labelledby, "queue-title")) {
                waiting(&$0)
            }
        }
    }

    private func figures(_ html: inout HTML) {
        let totals = PoolTotals(list.devices, waiting: list.waiting)
        let out = list.devices.count(where: \.isOut)
        html(.dl, .class("figures")) { html in
            html.figure(
                "Free", "\(totals.free) of \(totals.gpus)", totals.gpus == 0 ? "no GPU is known" : nil,
                tone: totals.free > 0 ? "good" : nil)
            html.figure(
                "In use", "\(totals.leased)", totals.unused > 0 ? "\(totals.unused) of them not used just now" : nil)
            html.figure("Waiting", Figures.grouped(Int64(totals.waiting)), totals.waiting == 1 ? "request" : "requests")
            if out > 0 { html.figure("Out of the pool", "\(out)", "reserved, cordoned or in quarantine") }
            if let watts = totals.powerWatts {
                html.figure(
                    "Power", Figures.watts(watts),
                    totals.gpusWithPower < totals.gpus ? "of \(totals.gpusWithPower) that tell it" : nil)
            }
        }
    }

    /// What the viewer has, or how to get something.
    private func own(_ html: inout HTML) {
        html(.section, .class("card"), .label("What you have")) { html in
            if mine.isEmpty {
                html(.div, .class("mine")) { html in
                    html(.p, text: "You hold no GPU and wait for none.")
                    html(.a, .class("button", "strong"), .href(Link("/get")), text: "Get a GPU")
                }
            }
            for request in mine.prefix(5) { own(request, &html) }
            if mine.count > 5 {
                html(.p) { $0(.a, .href(Link("/work")), text: "All \(mine.count) of yours") }
            }
        }
    }

    private func own(_ request: RequestView, _ html: inout HTML) {
        html(.div, .class("mine")) { html in
            html(.p) { html in
                html.pill(request.look)
                html.text(" ")
                html(.strong) { $0(.bdi, text: request.title) }
                html.text(" · \(request.devicesText)")
                if let lease = request.lease, request.isActive {
                    html.text(" · ")
                    html.timeLeft(Moment(lease.endsAt), now: now)
                }
            }
            html(.a, .class("button"), .href(.path("work", "\(request.id)"))) { html in
                html.text("Open")
                html(.span, .class("unseen"), text: " request \(request.id), \(request.title)")
            }
        }
    }
}
