import FleetModel

extension TimelinePage {
    /// A lane for each device. Places are per cent of the width, so that text keeps its shape on every screen.
    func picture(_ html: inout HTML) {
        html(.div, .class("lanes")) { html in
            html(.div)
            html(.div, .class("axis")) { axis(&$0) }
            for lane in lanes {
                html(.div, .class("what")) { html in
                    html.text(lane.model.shortModel)
                    html(.small, .title(lane.uuid), text: "\(lane.node) · \(lane.uuid.shortDevice)")
                }
                html(.div, .class("lane")) { self.lane(lane, &$0) }
            }
        }
        key(&html)
    }

    /// Per cent of the width.
    private func place(_ time: Timestamp) -> Double {
        let all = Double((until - from).milliseconds)
        return all > 0 ? min(1, max(0, Double((time - from).milliseconds) / all)) * 100 : 0
    }

    /// Whole hours or days between the edges.
    private var marks: [Timestamp] {
        let step = span.step.milliseconds
        var mark = Timestamp(milliseconds: (from.milliseconds / step + 1) * step), marks: [Timestamp] = []
        while mark < until, marks.count < 50 {
            marks.append(mark)
            mark = mark + span.step
        }
        return marks
    }

    private func axis(_ html: inout HTML) {
        html(.svg, .aria(.hidden, "true")) { html in
            for mark in marks where (4...92).contains(place(mark)) {
                let moment = Moment(mark)
                let words = span == .week ? moment.day : moment.words(today: mark)
                html(
                    .svgText, .at(.x, percent: place(mark)), .at(.y, 14), .at(.anchor, "middle"),
                    .data(.time, span == .week ? "" : moment.text), text: words)
            }
        }
    }

    private func lane(_ lane: Lane, _ html: inout HTML) {
        html(.svg, .role("group"), .label("\(lane.model.shortModel) \(lane.uuid.shortDevice)")) { html in
            for mark in marks {
                let x = place(mark)
                html(
                    .line, .class("hour"), .at(.x1, percent: x), .at(.x2, percent: x), .at(.y1, 0), .at(.y2, percent: 100))
            }
            for bar in lane.bars where bar.start < until && bar.end > from { self.bar(bar, &html) }
            let x = place(now)
            html(.line, .class("now"), .at(.x1, percent: x), .at(.x2, percent: x), .at(.y1, 0), .at(.y2, percent: 100))
        }
    }

    private func bar(_ bar: Bar, _ html: inout HTML) {
        let words =
            "\(bar.user): \(bar.name), \(Moment(bar.start).words(today: now)) to \(Moment(bar.end).words(today: now))"
        guard let request = bar.request else {
            rect(bar.start, bar.end, "reserved", &html)
            return label(bar, &html)
        }
        html(.a, .href(.path("work", "\(request)")), .label(words)) { html in
            let hue = Self.hue(of: bar.user)
            rect(bar.start, bar.promisedFrom ?? bar.end, hue, &html)
            if let promised = bar.promisedFrom, promised < bar.end {
                rect(promised, bar.end, hue, isPlanned: true, &html)
            }
            label(bar, &html)
        }
    }

    private func rect(
        _ start: Timestamp, _ end: Timestamp, _ tone: StaticString, isPlanned: Bool = false, _ html: inout HTML
    ) {
        let left = place(start), width = max(0.25, place(end) - left)
        html(
            .rect, isPlanned ? .class("hit", "planned", tone) : .class("hit", tone), .at(.x, percent: left), .at(.y, 2),
            .at(.width, percent: width), .at(.height, 22), .at(.rx, 3))
    }

    /// The name, where there is room for it.
    private func label(_ bar: Bar, _ html: inout HTML) {
        let left = place(bar.start), past = place(min(bar.end, bar.promisedFrom ?? bar.end)) - left
        let name = String(bar.user.prefix(12)), needed = 1.2 * Double(name.count) + 1
        guard place(bar.end) - left > needed else { return }
        // What was is dark beneath, and what is promised is pale; a name that lies on both stands behind the edge.
        let isPale = bar.request == nil || past < needed
        guard !isPale || place(bar.end) - left - past > needed || past < 1 else { return }
        html(
            .svgText, .class(isPale ? "pale" : "dark"), .at(.x, percent: left + (isPale ? past : 0) + 0.6), .at(.y, 17),
            text: name)
    }

    /// Each user's colour; two may share one, and names are always said in words too.
    static func hue(of user: String) -> StaticString {
        var sum: UInt32 = 2_166_136_261
        for byte in user.utf8 { sum = (sum ^ UInt32(byte)) &* 16_777_619 }
        switch sum >> 8 & 7 {
        case 0: return "hue0"
        case 1: return "hue1"
        case 2: return "hue2"
        case 3: return "hue3"
        case 4: return "hue4"
        case 5: return "hue5"
        case 6: return "hue6"
        default: return "hue7"
        }
    }

    private func key(_ html: inout HTML) {
        var users: [String] = []
        for lane in lanes {
            for bar in lane.bars where bar.request != nil && !users.contains(bar.user) && users.count < 24 {
                users.append(bar.user)
            }
        }
        html(.ul, .class("key")) { html in
            for user in users.sorted() {
                html(.li) { html in
                    html(.svg, .aria(.hidden, "true")) { html in
                        html(.rect, .class(Self.hue(of: user)), .at(.width, percent: 100), .at(.height, percent: 100))
                    }
                    html(.bdi, text: user)
                }
            }
            html(
                .li, .class("soft"),
                text: "Paler: promised, and free earlier if the work ends. Dashed: reserved. Red line: now.")
        }
    }
}
