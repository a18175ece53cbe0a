package import FleetModel
package import WireModel

/// `/admin/nodes`: every node with its devices.
package struct NodesPage: Sendable {
    let viewer: Viewer
    let now: Timestamp
    let list: DeviceList

    package init(viewer: Viewer, now: Timestamp, list: DeviceList) {
        self.viewer = viewer
        self.now = now
        self.list = list
    }

    package func html() -> HTML {
        AdministrationLayout(title: "Nodes and GPUs", part: .nodes, viewer: viewer, isLive: true).page { html in
            html(.div, .id("nodes"), .data(.live, "")) { html in
                if list.nodes.isEmpty {
                    html(.p, .class("none")) {
                        $0.sentences(
                            "No node has told of itself yet. The overview says how the server is; on the machine, `carrel doctor` does."
                        )
                    }
                }
                for (index, node) in list.nodes.enumerated() { section(node, index, &html) }
            }
        }
    }

    private func section(_ node: NodeView, _ index: Int, _ html: inout HTML) {
        let devices = list.devices.filter { $0.node == node.name }
        html(.section, .class("card"), .aria(.labelledby, "node-\(index)")) { html in
            html(.header) { html in
                html(.h2, .id("node-\(index)")) { html in
                    html(.a, .href(.path("admin", "nodes", node.name))) { $0(.bdi, .class("name"), text: node.name) }
                    html.text(" ")
                    html.pill(node.look)
                }
                html(
                    .p,
                    text:
                        "\(Figures.counted(devices.count { $0.lease != nil }, "GPU")) in use of \(devices.count) · "
                        + "\(Figures.short(node.coresFree)) of \(Figures.short(node.cores)) cores free")
            }
            if let cordon = node.cordon { CordonNotice(cordon: cordon, now: now).write(to: &html) }
            DeviceTable(devices: devices, now: now).write(to: &html)
        }
    }
}

/// Why no lease begins on a node.
struct CordonNotice {
    let cordon: CordonView
    let now: Timestamp

    func write(to html: inout HTML) {
        html(.p, .class("notice", "warn")) { html in
            html.text("No new lease begins here since ")
            html.moment(Moment(cordon.since), now: now)
            html.text(": \(cordon.reason)")
            if cordon.suspected {
                html.text(
                    " Nobody ordered it: so many GPUs failed at once that the checks themselves are suspect. It goes by itself."
                )
            }
            if let drainBy = Moment(cordon.drainBy) {
                html.text(" It is to be empty by ")
                html.moment(drainBy, now: now)
                html.text(cordon.isEmpty == true ? ", and nothing runs there any more." : ".")
            }
        }
    }
}

/// Devices of a node, for those who look after them.
struct DeviceTable {
    let devices: [DeviceView]
    let now: Timestamp

    func write(to html: inout HTML) {
        guard !devices.isEmpty else { return html(.p, .class("none"), text: "It has no GPU.") }
        html(.table, .class("cards", "devices-admin")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["GPU", "State", "Who", "Health"] { html.column(name) }
                }
            }
            html(.tbody) { html in
                for device in devices { row(device, &html) }
            }
        }
    }

    private func row(_ device: DeviceView, _ html: inout HTML) {
        html(.tr) { html in
            html(.th, .scope("row")) { html in
                html(.a, .href(.path("admin", "devices", device.uuid)), .title(device.model)) {
                    $0(.bdi, .class("name"), text: device.model.shortModel)
                }
                html(.small) { html in
                    html(.bdi, .title(device.uuid), text: device.uuid.shortDevice)
                    if device.simulated { html.markup(" <span class=\"tag\">simulated</span>") }
                }
            }
            html(.td) { $0.pill(device.look) }
            html(.td, device.lease == nil ? .class("blank") : .class("full"), .data(.label, "Who")) { html in
                guard let lease = device.lease else { return html.text("–") }
                html(.bdi, .class("name"), text: device.user ?? "Somebody")
                html(.small) { html in
                    html(.a, .href(.path("work", "\(lease)"))) {
                        $0(.bdi, .class("name"), text: device.title ?? "request \(lease)")
                    }
                }
            }
            html(.td, .class("full")) { html in
                if device.troubles.isEmpty { html.text("Nothing is the matter.") }
                for trouble in device.troubles { html(.span, .class("stale")) { $0.sentences(trouble + " ") } }
                if let temperature = device.temperature { html(.small, text: "\(temperature) °C") }
            }
        }
    }
}

extension NodeView {
    /// How its state is shown.
    var look: (tone: StaticString, words: String) {
        if contact == "lost" { return ("broken", "No contact") }
        guard let cordon else { return ("free", "Takes leases") }
        if cordon.drainBy != nil { return cordon.isEmpty == true ? ("off", "Empty") : ("late", "Being emptied") }
        return cordon.suspected ? ("late", "Under suspicion") : ("off", "No new leases")
    }
}
