import FleetModel
import WireModel

extension NowPage {
    /// The devices that were chosen, node by node.
    func devices(_ html: inout HTML) {
        if list.devices.isEmpty {
            html(.section, .class("card")) { html in
                html(.h2, text: "No GPU is known")
                html(
                    .p, .class("none"),
                    text:
                        "This machine shows Carrel no GPU. An administrator finds the reason under Administration; on the machine, "
                        + "“carrel doctor” tells it too, and “carrel up --simulate a100:4” is for trying Carrel out without one."
                )
            }
            return
        }
        html.choices(
            "Which GPUs",
            Choice.allCases.map { ($0.name, Link("/").with("show", $0 == .all ? nil : $0.rawValue), $0 == choice) })
        let chosen = list.devices.filter(isChosen)
        if chosen.isEmpty { html(.p, .class("none"), text: "No GPU is like that now.") }
        for node in list.nodes {
            let there = chosen.filter { $0.node == node.name }
            guard !there.isEmpty else { continue }
            section(node, there, &html)
        }
    }

    private func isChosen(_ device: DeviceView) -> Bool {
        switch choice {
        case .all: true
        case .free: device.state == "free"
        case .held: device.lease != nil
        case .mine: device.user == viewer.name
        case .out: device.isOut
        }
    }

    private func section(_ node: NodeView, _ devices: [DeviceView], _ html: inout HTML) {
        html(.section, .class("card"), .label("Node \(node.name)")) { html in
            html(.header) { html in
                html(.h2) { $0(.bdi, text: node.name) }
                html(
                    .p,
                    text:
                        "\(Figures.counted(devices.count(where: { $0.state == "free" }), "GPU")) free of \(devices.count) · "
                        + "\(Figures.short(node.coresFree)) of \(Figures.short(node.cores)) cores · "
                        + "\(MemoryBytes(node.memoryFreeBytes).text) of \(MemoryBytes(node.memoryBytes).text) memory")
            }
            if node.contact == "lost" {
                html(
                    .p, .class("notice", "bad"),
                    text: "The node is out of contact. What it holds stays held until it is back.")
            }
            if let cordon = node.cordon { self.cordon(cordon, &html) }
            html(.table, .class("cards", "devices")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for name in ["GPU", "State", "Who and what", "Time"] { html.column(name) }
                        for name in ["Use", "Memory", "Power"] { html.column(name, isFigures: false) }
                    }
                }
                html(.tbody) { html in
                    for device in devices { row(device, &html) }
                }
            }
        }
    }

    private func cordon(_ cordon: CordonView, _ html: inout HTML) {
        html(.p, .class("notice", "warn")) { html in
            html.text("No new lease begins here: \(cordon.reason)")
            if let drainBy = Moment(cordon.drainBy) {
                html.text(" It is to be empty by ")
                html.moment(drainBy, now: now)
                html.text(".")
            }
        }
    }

    private func row(_ device: DeviceView, _ html: inout HTML) {
        html(.tr, device.user == viewer.name ? .class("me") : nil) { html in
            html(.th, .scope("row")) { html in
                html(.span, .title(device.model), text: device.model.shortModel)
                html(.small) { html in
                    html(.span, .title(device.uuid), text: device.uuid.shortDevice)
                    if device.simulated { html.markup(" <span class=\"tag\">simulated</span>") }
                }
                for trouble in device.troubles { html(.small, .class("stale")) { $0.sentences(trouble) } }
            }
            html(.td) { $0.pill(device.look) }
            holder(device, &html)
            html(.td, device.until == nil ? .class("blank") : nil, .data(.label, "Time")) { html in
                if let until = Moment(device.until) { html.timeLeft(until, now: now) }
                if let taken = Moment(device.takenBackAt) {
                    html(.small, .class("stale")) { html in
                        html.text("taken back at ")
                        html.moment(taken, now: now)
                    }
                }
            }
            figures(device, &html)
        }
    }

    private func holder(_ device: DeviceView, _ html: inout HTML) {
        html(.td, device.lease == nil ? .class("blank") : .class("full")) { html in
            guard let lease = device.lease else { return }
            html(.bdi, .class("name"), text: device.user == viewer.name ? "You" : device.user ?? "Somebody")
            html(.small) { html in
                html(.a, .href(.path("work", "\(lease)"))) {
                    $0(.bdi, .class("name"), text: device.title ?? "request \(lease)")
                }
                if let percent = device.progressPercent { html.text(" · \(percent) % done") }
            }
        }
    }

    private func figures(_ device: DeviceView, _ html: inout HTML) {
        html(.td, .data(.label, "Use")) { html in
            guard let use = device.utilization else { return html.markup("<span class=\"soft\">not known</span>") }
            html.text("\(use) %")
            html.bar(percent: Double(use))
        }
        html(.td, .data(.label, "Memory")) { html in
            let all = MemoryBytes(device.memoryBytes)
            guard let used = device.memoryUsedBytes else { return html.text(all.text) }
            html.text("\(MemoryBytes(used).text) of \(all.text)")
            html.bar(percent: Double(used) / Double(max(1, device.memoryBytes)) * 100)
        }
        html(.td, .data(.label, "Power")) { html in
            guard let watts = device.powerWatts else { return html.markup("<span class=\"soft\">–</span>") }
            html.text(Figures.watts(watts))
            if let degrees = device.temperature { html(.small, text: "\(degrees) °C") }
        }
    }
}
