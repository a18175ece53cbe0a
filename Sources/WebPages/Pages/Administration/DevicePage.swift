package import FleetModel
package import WireModel

/// A UUID below `/admin/devices`: one device, how it is, and what may be done with it.
package struct DevicePage: Sendable {
    package enum Done: String, Sendable {
        case quarantined, released, cameBack
    }

    let viewer: Viewer
    let now: Timestamp
    let device: DeviceView
    let done: Done?
    let look: RetestView?
    let problem: Problem?

    /// - Parameter look: what a new look at it found; nil: nobody asked.
    package init(
        viewer: Viewer, now: Timestamp, device: DeviceView, done: Done?, look: RetestView? = nil, problem: Problem? = nil
    ) {
        self.viewer = viewer
        self.now = now
        self.device = device
        self.done = done
        self.look = look
        self.problem = problem
    }

    package func html() -> HTML {
        AdministrationLayout(
            title: "\(device.model.shortModel) \(device.uuid.shortDevice)", part: .nodes, viewer: viewer, isLive: true,
            problem: problem, done: doneWords
        ).page { html in
            if let look, !look.cameBack { html(.p, .class("notice", "warn"), .role("status")) { $0.sentences(look.words) } }
            html(.div, .id("device"), .data(.live, "")) { facts(&$0) }
            html.card("acts-title", "What you can do") { acts(&$0) }
        }
    }

    private var doneWords: String? {
        if let look, look.cameBack { return look.words }
        switch done {
        case .quarantined where device.quarantine != nil: return "It is out of the pool."
        case .released where device.quarantine == nil: return "It is back in the pool."
        case .cameBack where device.quarantine == nil: return "It is back in the pool."
        default: return nil
        }
    }

    private func facts(_ html: inout HTML) {
        html(.section, .class("card"), .label("Facts")) { html in
            html(.dl, .class("facts", "two")) { html in
                html.fact("State") { $0.pill(device.look) }
                html.fact("Node") { html in
                    html(.a, .href(.path("admin", "nodes", device.node))) { $0(.bdi, .class("name"), text: device.node) }
                }
                html.fact("Model") { html in
                    html.text(device.model)
                    if device.simulated { html.markup(" <span class=\"tag\">simulated</span>") }
                }
                html.fact("UUID") { $0(.code, text: device.uuid) }
                html.fact("Number on its node", text: device.minor.map { "\($0)" })
                html.fact("PCI address", text: device.pciAddress)
                html.fact(
                    "Memory",
                    text: device.memoryUsedBytes.map {
                        "\(MemoryBytes($0).text) of \(MemoryBytes(device.memoryBytes).text) in use"
                    } ?? MemoryBytes(device.memoryBytes).text)
                html.fact("Use", text: device.utilization.map { "\($0) %" } ?? "not known")
                html.fact("Temperature", text: device.temperature.map { "\($0) °C" } ?? "not known")
                html.fact("Power", text: device.powerWatts.map { Figures.watts($0) } ?? "not known")
                if let lease = device.lease {
                    html.fact("Who has it") { html in
                        html(.bdi, .class("name"), text: device.user ?? "Somebody")
                        html.text(", ")
                        html(.a, .href(.path("work", "\(lease)"))) {
                            $0(.bdi, .class("name"), text: device.title ?? "request \(lease)")
                        }
                    }
                }
            }
            for trouble in device.troubles { html(.p, .class("notice", "warn")) { $0.sentences(trouble) } }
            if let quarantine = device.quarantine {
                html(.p, .class("soft")) { html in
                    html.text("Out of the pool since ")
                    html.moment(Moment(quarantine.since), now: now)
                    html.text(".")
                }
            }
        }
    }

    private func acts(_ html: inout HTML) {
        guard let quarantine = device.quarantine else {
            return html(.form, .method("get"), .action(.path("admin", "devices", device.uuid, "quarantine"))) { html in
                html.field("reason", "Take it out of the pool: the reason", hint: "Everybody reads it.", most: 400)
                html(.p) { $0(.button, .type("submit"), .class("danger"), text: "Take it out…") }
            }
        }
        html(.form, .method("post"), .action(.path("admin", "devices", device.uuid, "retest"))) { html in
            html(.p, text: "Looks at it now. If no check fails, it comes back by itself.")
            if quarantine.cure != "retest" {
                html(.p) { html in
                    html(.input, .id("reset"), .name("reset"), .type("checkbox"), .value("yes"))
                    html.markup(" <label class=\"beside\" for=\"reset\">I have reset it, or its machine</label>")
                }
            }
            html(.p) { $0(.button, .type("submit"), .class("strong"), text: "Look at it again") }
        }
        html(.form, .class("below"), .method("get"), .action(.path("admin", "devices", device.uuid, "release"))) { html in
            html(.p, text: "Or put it back on your word, without a check.")
            html(.p) { $0(.button, .type("submit"), .class("danger"), text: "Put it back…") }
        }
    }
}
