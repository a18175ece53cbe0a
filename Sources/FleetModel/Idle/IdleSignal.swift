/// What may show that a lease is used.
package enum IdleSignal: String, Codable, Sendable, CaseIterable {
    case utilization, power, memory, cpu, traffic, terminalInput, kernelBusy, requests
    /// The looks themselves: there is no new one.
    case looks

    /// `the GPU's utilisation`, for sentences.
    package var words: String {
        switch self {
        case .utilization: "the GPU's utilisation"
        case .power: "the GPU's power"
        case .memory: "the GPU's memory"
        case .cpu: "the use of processor cores"
        case .traffic: "network and disk"
        case .terminalInput: "input at the terminal or in the browser"
        case .kernelBusy: "a busy notebook kernel"
        case .requests: "use in the browser"
        case .looks: "looks at the lease"
        }
    }
}
