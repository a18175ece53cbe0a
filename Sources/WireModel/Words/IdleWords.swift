package import FleetModel

extension IdleNotice {
    /// What is said, as a sentence; when it will be returned is told beside it, in the reader's own time.
    package func words(of id: LeaseID) -> String {
        switch self {
        case .advised: "Lease \(id) holds a GPU and uses only the processor."
        case .warned(nil): "Lease \(id) is not used. Nobody waits for its GPUs, so that nothing is taken."
        case .warned: "Lease \(id) is not used, and somebody waits for its GPUs."
        case .warnedAgain: "Lease \(id) is still not used, and somebody waits for its GPUs: this is the last warning."
        case .wouldBeReleased:
            "Lease \(id) would have been returned because it is idle; this is the dry run, and nothing was done."
        case .withdrawn: "Lease \(id) counts as used again; what was said before holds no more."
        case .released: "Lease \(id) is returned because it is idle."
        }
    }
}
