package import FleetModel

/// `/timeline`: who had each device when, and what is promised.
package struct TimelinePage: Sendable {
    /// How much of the past is shown, and half as much of what comes.
    package enum Span: String, CaseIterable, Sendable {
        case hours6 = "6h"
        case day = "24h"
        case week = "7d"

        package var past: TimeSpan {
            switch self {
            case .hours6: .hours(6)
            case .day: .hours(24)
            case .week: .days(7)
            }
        }

        package var ahead: TimeSpan { TimeSpan(milliseconds: past.milliseconds / 3) }

        /// From one line of the axis to the next.
        var step: TimeSpan {
            switch self {
            case .hours6: .hours(2)
            case .day: .hours(8)
            case .week: .days(2)
            }
        }

        var name: String {
            switch self {
            case .hours6: "6 hours"
            case .day: "A day"
            case .week: "A week"
            }
        }
    }

    /// One lease on one device, or one reservation of it.
    package struct Bar: Sendable {
        /// nil: it is a reservation.
        let request: Int64?
        let user: String
        let name: String
        let start: Timestamp
        let end: Timestamp
        /// From here on it is only promised; nil: all of it was.
        let promisedFrom: Timestamp?

        package init(
            request: Int64?, user: String, name: String, start: Timestamp, end: Timestamp, promisedFrom: Timestamp?
        ) {
            self.request = request
            self.user = user
            self.name = name.allSatisfy(\.isWhitespace) ? request.map { "request \($0)" } ?? "a reservation" : name
            self.start = start
            self.end = end
            self.promisedFrom = promisedFrom
        }
    }

    /// One device.
    package struct Lane: Sendable {
        let uuid: String
        let model: String
        let node: String
        let bars: [Bar]

        package init(uuid: String, model: String, node: String, bars: [Bar]) {
            self.uuid = uuid
            self.model = model
            self.node = node
            self.bars = bars.sorted { $0.start < $1.start }
        }
    }

    let viewer: Viewer
    let now: Timestamp
    let span: Span
    let lanes: [Lane]
    let page: Int
    let pages: Int
    let isCut: Bool
    var from: Timestamp { now + TimeSpan(milliseconds: -span.past.milliseconds) }
    var until: Timestamp { now + span.ahead }

    /// - Parameters:
    ///   - now: on the wall clock, as all times here.
    ///   - page: of the devices, from 1.
    ///   - isCut: there were more leases than are shown.
    package init(
        viewer: Viewer, now: Timestamp, span: Span, lanes: [Lane], page: Int, pages: Int, isCut: Bool
    ) {
        self.viewer = viewer
        self.now = now
        self.span = span
        self.lanes = lanes
        self.page = page
        self.pages = pages
        self.isCut = isCut
    }

    package func html() -> HTML {
        Layout(title: "Timeline", place: .timeline, viewer: viewer, isLive: true, capacity: 65_536).page { html in
            html(.div, .id("when"), .data(.live, "events")) { html in
                html.lead("Timeline") { html in
                    html.text("Who had each GPU, from ")
                    html.moment(Moment(from), now: now)
                    html.text(", and what is promised until ")
                    html.moment(Moment(until), now: now)
                }
            }
            html.choices(
                "How long", Span.allCases.map { ($0.name, Link("/timeline").with("span", $0.rawValue), $0 == span) })
            html(.section, .id("lanes"), .class("card"), .data(.live, "events"), .label("Each GPU over time")) { html in
                if lanes.isEmpty {
                    html(.p, .class("none"), text: "No GPU is known, so that there is nothing to draw.")
                } else {
                    picture(&html)
                }
            }
            if !lanes.isEmpty {
                html(.section, .id("list"), .class("card"), .data(.live, "events"), .label("The same as a list")) {
                    list(&$0)
                }
            }
            if pages > 1 { paging(&html) }
        }
    }

    private func paging(_ html: inout HTML) {
        html.choices(
            "Pages of GPUs",
            (1...min(pages, 200)).map { number in
                ("\(number)", Link("/timeline").with("span", span.rawValue).with("page", "\(number)"), number == page)
            })
    }

    /// For those who don't see the picture.
    private func list(_ html: inout HTML) {
        html(.details) { html in
            html(.summary, text: "The same as a list")
            html(.table) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for name in ["GPU", "Who", "What", "From", "Until"] { html.column(name) }
                    }
                }
                html(.tbody) { html in
                    for lane in lanes {
                        for bar in lane.bars { row(bar, of: lane, &html) }
                    }
                }
            }
        }
        if isCut { html(.p, .class("soft"), text: "Only the newest leases are shown; there were more.") }
    }

    private func row(_ bar: Bar, of lane: Lane, _ html: inout HTML) {
        html(.tr) { html in
            html(.th, .scope("row"), text: "\(lane.model.shortModel) \(lane.uuid.shortDevice)")
            html(.td) { $0(.bdi, .class("name"), text: bar.user) }
            html(.td) { html in
                if let request = bar.request {
                    html(.a, .href(.path("work", "\(request)"))) { $0(.bdi, .class("name"), text: bar.name) }
                } else {
                    html.text("reserved: ")
                    html(.bdi, .class("name"), text: bar.name)
                }
            }
            html(.td) { $0.moment(Moment(bar.start), now: now) }
            html(.td) { $0.moment(Moment(bar.end), now: now) }
        }
    }
}
