import WireModel

extension DeviceView {
    /// How its state is shown: a colour, and words that say the same.
    var look: (tone: StaticString, words: String) {
        switch state {
        case "free": ("free", "Free")
        case "leased" where quarantine != nil: ("broken", "In use, then out")
        case "leased" where unused == true: ("late", "Held, not used")
        case "leased": ("used", "In use")
        case "reserved": ("held", "Reserved")
        case "outside": ("late", "Used from outside")
        case "cordoned": ("off", "No new leases")
        case "quarantined": ("broken", "Quarantined")
        case "missing": ("broken", "Missing")
        case "frozen": ("broken", "Frozen")
        case "out of contact": ("broken", "No contact")
        default: ("off", state)
        }
    }

    /// What is done with it; nil: nothing that has a name.
    var title: String? { name.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 } }

    /// Whether it is neither free nor held by anybody.
    var isOut: Bool { state != "free" && lease == nil }

    /// What is the matter with it, a sentence each.
    var troubles: [String] {
        var troubles: [String] = []
        if let quarantine { troubles.append("\(quarantine.reason). \(quarantine.next)") }
        if let foreign, let first = foreign.processes.first {
            let more = foreign.processes.count > 1 ? " and \(foreign.processes.count - 1) more" : ""
            troubles.append(
                "Used from outside Carrel by \(first.command ?? "process \(first.pid)")"
                    + (first.user.map { " of \($0)" } ?? "") + more + ".")
        }
        if state == "missing" { troubles.append("The driver does not show it any more.") }
        if state == "frozen" { troubles.append("Two leases seem to claim it, so that nobody gets it.") }
        return troubles
    }
}

extension RequestView {
    /// How its state is shown.
    var look: (tone: StaticString, words: String) {
        switch state {
        case "waiting": ("late", "Waiting")
        case "starting": ("used", "Starting")
        case "running": ("used", "Running")
        case "ending": ("late", "Ending")
        case "verifying": ("late", "Being checked")
        case "closed": ("off", exitCode == 0 ? "Done" : "Ended")
        case "refused": ("broken", "Refused")
        case "cancelled": ("off", "Cancelled")
        default: ("off", state)
        }
    }

    /// It holds something, and its user can still act on it.
    var isActive: Bool { ["starting", "running"].contains(state) }

    /// `2 × A100 80GB on node1`, or what was asked for.
    var devicesText: String {
        guard let lease, let first = lease.devices.first else { return gpus == 0 ? "No GPU" : asked }
        return lease.devices.count == 1 ? first.model.shortModel : "\(lease.devices.count) × \(first.model.shortModel)"
    }
}

extension RequestView {
    /// What it is called on pages: names may be empty, and a link must not.
    var title: String { name.allSatisfy(\.isWhitespace) ? "request \(id)" : name }
}

extension String {
    /// A device's name for people: enough of it to tell it from its neighbours.
    var shortDevice: String { count > 24 ? String(prefix(12)) + "…" : self }

    /// A model's name without what each of them says: who made it, and that it is simulated, which a tag says beside it.
    var shortModel: String {
        var name = self[...]
        if name.hasPrefix("NVIDIA ") { name = name.dropFirst(7) }
        if name.hasSuffix(" (simulated)") { name = name.dropLast(12) }
        return name.isEmpty ? self : String(name)
    }
}
