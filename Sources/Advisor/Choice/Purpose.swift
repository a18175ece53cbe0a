package import FleetModel

/// Whom accelerators are chosen for.
package enum Purpose: String, CaseIterable, Sendable {
    /// A first machine, a class room: cheap, from a shop, eight gibibytes and more.
    case education
    /// A group that trains: much memory for the money, workstations.
    case research
    /// Racks, all day: error correction, links, energy.
    case datacentre
    /// Answers for users: memory, bandwidth and energy.
    case serving

    /// The least that makes sense.
    package var leastMemory: MemoryBytes {
        switch self {
        case .education: .gibibytes(8)
        case .research: .gibibytes(16)
        case .datacentre: .gibibytes(40)
        case .serving: .gibibytes(16)
        }
    }

    var segments: [Accelerator.Segment] {
        switch self {
        case .education: [.entry, .consumer]
        case .research: [.consumer, .workstation, .datacentre]
        case .datacentre: [.datacentre]
        case .serving: [.workstation, .datacentre]
        }
    }

    /// What is done there if nothing else is said.
    package var usualWorkload: Workload {
        let name =
            switch self {
            case .education: "cnn-train"
            case .research: "transformer-train"
            case .datacentre: "llm-train"
            case .serving: "llm-decode"
            }
        return Workload.named(name) ?? Workload.all[0]
    }

    /// Whether several devices may hold one model's parts: who learns has one.
    package var takesSeveral: Bool { self != .education }

    /// How much a dollar counts beside speed, in sixteenths: 16 ranks by speed for a dollar, 0 by speed alone.
    package var thrift: Int {
        switch self {
        case .education: 14
        case .research: 10
        case .datacentre: 4
        case .serving: 10
        }
    }
}
