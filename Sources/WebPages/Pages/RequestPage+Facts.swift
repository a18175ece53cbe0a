import FleetModel
import WireModel

extension RequestPage {
    func facts(_ html: inout HTML) {
        html(.section, .class("card"), .label("Facts")) { html in
            html(.dl, .class("facts", "two")) { html in
                if request.user != viewer.name { html.fact("Who") { $0(.bdi, text: request.user) } }
                html.fact("Team") { $0(.bdi, text: request.team) }
                html.fact("GPUs") { devices(&$0) }
                if let lease = request.lease {
                    html.fact("Node") { $0(.bdi, text: lease.node) }
                    html.fact(
                        "Cores and memory",
                        text:
                            "\(Figures.short(lease.cores)) \(lease.cores == 1 ? "core" : "cores"), \(MemoryBytes(lease.memoryBytes).text)"
                    )
                    if request.isActive { timeLeft(lease, &html) }
                }
                if let data = request.data {
                    html.fact("Data sets") { html in
                        for (index, name) in data.enumerated() {
                            if index > 0 { html.text(", ") }
                            html(.bdi, text: name)
                        }
                    }
                }
                if let progress = request.progress { html.fact("Progress", text: progress.words) }
                if let forecast = request.forecast {
                    html.fact("Expected") { html in
                        for (index, line) in forecast.lines.enumerated() {
                            if index > 0 { html(.br) }
                            html.text(line)
                        }
                    }
                }
                html.fact("Asked") { html in
                    html.moment(Moment(request.submittedAt), now: now)
                    html.text(" for \(TimeSpanText.spoken(seconds: request.durationSeconds))")
                }
                if let started = Moment(request.lease?.startedAt) {
                    html.fact("Started") { $0.moment(started, now: now) }
                }
                if let ended = Moment(request.lease?.endedAt) {
                    html.fact("Ended") { html in
                        html.moment(ended, now: now)
                        if let code = request.exitCode { html.text(" with exit code \(code)") }
                    }
                }
                if let idle = request.lease?.idle, request.isActive { use(idle, &html) }
                if let before = request.requeueOf {
                    html.fact("Waits again for") { $0(.a, .href(.path("work", "\(before)")), text: "request \(before)") }
                }
                if let next = request.requeuedAs {
                    html.fact("Goes on as") { $0(.a, .href(.path("work", "\(next)")), text: "request \(next)") }
                }
                html.fact("Number", text: "\(request.id)")
            }
        }
    }

    private func devices(_ html: inout HTML) {
        guard let lease = request.lease, !lease.devices.isEmpty else {
            return html.text(request.gpus == 0 ? "none: cores and memory" : request.asked)
        }
        for (index, device) in lease.devices.enumerated() {
            if index > 0 { html(.br) }
            html.text(device.model.shortModel + " ")
            html(.small, text: device.uuid)
            if device.simulated { html.markup(" <span class=\"tag\">simulated</span>") }
        }
    }

    private func timeLeft(_ lease: LeaseView, _ html: inout HTML) {
        html.fact("Ends") { html in
            html.moment(Moment(lease.endsAt), now: now)
            html.text(" (")
            html.timeLeft(Moment(lease.endsAt), now: now)
            html.text(")")
        }
    }

    private func use(_ idle: IdleView, _ html: inout HTML) {
        html.fact("In use?") { html in
            html.text(idle.words)
            if let kept = Moment(idle.keptUntil) {
                html.text(" You keep it until ")
                html.moment(kept, now: now)
                html.text(".")
            }
        }
    }

    /// Keep, extend, return: forms, since they change something.
    func actions(_ html: inout HTML) {
        guard content.mayAct, request.isActive || request.state == "waiting" else { return }
        html(.section, .class("card"), .aria(.labelledby, "actions-title")) { html in
            html(.header) { $0(.h2, .id("actions-title"), text: "What you can do") }
            html(.div, .class("actions")) { html in
                let id = "\(request.id)"
                if let name = request.sessionName {
                    html(.a, .class("button", "strong"), .href(.path("work", id, "enter")), text: "Open the \(name)")
                }
                if content.hasTerminal {
                    html(.a, .class("button", "strong"), .href(.path("work", id, "terminal")), text: "Open terminal")
                }
                if request.isActive {
                    html(.form, .method("post"), .action(.path("work", id, "extend"))) { html in
                        html(.div) { html in
                            html(.label, .for("time"), text: "More time")
                            html(.select, .id("time"), .name("time")) { html in
                                for (value, name) in Self.extensions {
                                    html(.option, .value(value), value == "1h" ? .selected : nil, text: name)
                                }
                            }
                        }
                        let isFirst = !content.hasTerminal && request.sessionName == nil
                        html(.button, .type("submit"), isFirst ? .class("strong") : nil, text: "Extend")
                    }
                    if request.gpus > 0 { html.button("Keep: it is in use", to: .path("work", id, "keep")) }
                }
                html(.details) { html in
                    html(.summary, text: request.isActive ? "Return it…" : "Cancel it…")
                    html(
                        .p,
                        text: request.isActive
                            ? "Its work is asked to end now, and the GPUs go to whoever is next. Output and files stay."
                            : "It leaves the line. Nothing has run yet.")
                    html.button(
                        request.isActive ? "Return now" : "Cancel the request", to: .path("work", id, "return"),
                        tone: "danger")
                }
            }
        }
    }

    static let extensions = [
        ("30m", "30 minutes"), ("1h", "1 hour"), ("2h", "2 hours"), ("4h", "4 hours"), ("8h", "8 hours"), ("1d", "1 day"),
    ]
}
