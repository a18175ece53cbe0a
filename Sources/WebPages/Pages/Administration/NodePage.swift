package import FleetModel
package import WireModel

/// A name below `/admin/nodes`: one node, what runs there, and what may be done with it.
package struct NodePage: Sendable {
    package enum Done: String, Sendable {
        case cordoned, uncordoned, drained, revoked
    }

    let viewer: Viewer
    let now: Timestamp
    let node: NodeView
    let devices: [DeviceView]
    let leases: [RequestView]
    let done: Done?

    /// - Parameter leases: those that are live there.
    package init(
        viewer: Viewer, now: Timestamp, node: NodeView, devices: [DeviceView], leases: [RequestView], done: Done?
    ) {
        self.viewer = viewer
        self.now = now
        self.node = node
        self.devices = devices
        self.leases = leases
        self.done = done
    }

    package func html() -> HTML {
        AdministrationLayout(title: node.name, part: .nodes, viewer: viewer, isLive: true, done: doneWords).page { html in
            html(.div, .id("node"), .data(.live, "")) { html in
                html(.p) { html in
                    html.pill(node.look)
                    html.text(
                        " \(Figures.short(node.coresFree)) of \(Figures.short(node.cores)) cores and "
                            + "\(MemoryBytes(node.memoryFreeBytes).text) of \(MemoryBytes(node.memoryBytes).text) memory are free."
                    )
                }
                if let cordon = node.cordon { CordonNotice(cordon: cordon, now: now).write(to: &html) }
                html.card("devices-title", "GPUs") { DeviceTable(devices: devices, now: now).write(to: &$0) }
                html.card("leases-title", "What runs here") { html in
                    if leases.isEmpty {
                        html(.p, .class("none"), text: "Nothing.")
                    } else {
                        LeaseTable(requests: leases, now: now, mayRevoke: viewer.isAdministrator).write(to: &html)
                    }
                }
            }
            html.card("acts-title", "What you can do") { acts(&$0) }
        }
    }

    private var doneWords: String? {
        switch done {
        case .cordoned where node.cordon != nil: "No new lease begins here now. What runs goes on."
        case .uncordoned where node.cordon == nil: "Leases begin here again."
        case .drained where node.cordon?.drainBy != nil: "The node is being emptied. Whoever works here has been told."
        case .revoked: "The lease was revoked. Its user reads your reason."
        default: nil
        }
    }

    private func acts(_ html: inout HTML) {
        if node.cordon == nil {
            html(.form, .method("post"), .action(.path("admin", "nodes", node.name, "cordon"))) { html in
                html.field(
                    "reason", "Let no new lease begin here: the reason", hint: "Everybody reads it. What runs goes on.",
                    most: 400)
                html(.p) { $0(.button, .type("submit"), text: "No new leases") }
            }
        } else {
            html.button("Let leases begin again", to: .path("admin", "nodes", node.name, "uncordon"))
        }
        html(.form, .class("below"), .method("get"), .action(.path("admin", "nodes", node.name, "drain"))) { html in
            html(.h3, text: "Empty the node")
            html(.div, .class("row")) { html in
                html.choice(
                    "within", "It is to be empty in",
                    [
                        ("0", "no time: now"), ("30m", "30 minutes"), ("2h", "2 hours"), ("8h", "8 hours"), ("1d", "a day"),
                        ("3d", "3 days"), ("7d", "a week"),
                    ], chosen: "8h", hint: "Leases that end before that end as they would.")
                html.field("reason", "Reason", hint: "Whoever works here reads it.", most: 400, tail: "-drain")
            }
            html(.button, .type("submit"), .class("danger"), text: "Empty the node…")
        }
    }
}
