package import FleetModel
package import WireModel

/// `/admin`: how the server is, and what asks for a hand.
package struct OverviewPage: Sendable {
    let viewer: Viewer
    let now: Timestamp
    let list: DeviceList
    let health: HealthView
    /// nil: nobody has owning and renting compared.
    let ownership: KeptOwnership?

    package init(
        viewer: Viewer, now: Timestamp, list: DeviceList, health: HealthView, ownership: KeptOwnership? = nil
    ) {
        self.ownership = ownership
        self.viewer = viewer
        self.now = now
        self.list = list
        self.health = health
    }

    package func html() -> HTML {
        AdministrationLayout(title: "Administration", part: .overview, viewer: viewer, isLive: true).page { html in
            html(.div, .id("attention"), .data(.live, "")) { html in
                if let ownership, ownership.hasTurned { html.turned(ownership) }
                attention(&html)
            }
            html(.div, .id("health"), .data(.live, "")) { findings(&$0) }
            if viewer.isAdministrator { keeping(&html) }
        }
    }

    private func attention(_ html: inout HTML) {
        html.card("attention-title", "What asks for a hand") { html in
            let nodes = list.nodes.filter { $0.cordon != nil || $0.contact == "lost" }
            let devices = list.devices.filter { !$0.troubles.isEmpty }
            if nodes.isEmpty, devices.isEmpty {
                return html(.p, .class("none"), text: "Nothing: every node takes leases, and no GPU is out of the pool.")
            }
            html(.ul, .class("plain")) { html in
                for node in nodes {
                    html(.li) { html in
                        html(.a, .href(.path("admin", "nodes", node.name))) { $0(.bdi, .class("name"), text: node.name) }
                        html.text(
                            node.contact == "lost"
                                ? ": out of contact. What it holds stays held." : ": no new lease begins there.")
                        if let cordon = node.cordon { html.text(" \(cordon.reason)") }
                    }
                }
                for device in devices.prefix(50) {
                    html(.li) { html in
                        html(.a, .href(.path("admin", "devices", device.uuid))) {
                            $0(.bdi, .class("name"), text: "\(device.model.shortModel) \(device.uuid.shortDevice)")
                        }
                        html.text(" on ")
                        html(.bdi, text: device.node)
                        html.text(": ")
                        html.sentences(device.troubles.joined(separator: " "))
                    }
                }
                if devices.count > 50 { html(.li, text: "And \(devices.count - 50) more GPUs.") }
            }
        }
    }

    private func findings(_ html: inout HTML) {
        html.card("health-title", "How the server is", more: "As carrel doctor says it") { html in
            html(.table, .class("cards", "findings")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for name in ["What", "State", "Words"] { html.column(name) }
                    }
                }
                html(.tbody) { html in
                    for finding in health.findings {
                        html(.tr) { html in
                            html(.th, .scope("row"), text: finding.subject)
                            html(.td) { $0.pill(Self.look(finding.state)) }
                            html(.td, .class("full")) { html in
                                html.sentences(finding.words)
                                if let next = finding.next {
                                    html(.small, .class("stale")) { $0.sentences("Next: " + next) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private static func look(_ state: String) -> (tone: StaticString, words: String) {
        switch state {
        case "good": ("free", "Good")
        case "warning": ("late", "Warning")
        default: ("broken", "Bad")
        }
    }

    private func keeping(_ html: inout HTML) {
        html.card("keeping-title", "Keep a copy") { html in
            html(.p) {
                $0.sentences(
                    "A copy of the ledger holds who had what, accounts, and the commands and environments of everybody's work: keep it "
                        + "where only administrators read it. On the server's machine, `carrel backup FILE` makes the same.")
            }
            html(.p, .class("buttons")) { html in
                html(.a, .class("button"), .href(Link("/v1/backup")), text: "Download a backup")
                html.text(" ")
                html(.a, .class("button"), .href(Link("/v1/export")), text: "Download all events")
            }
        }
    }
}
