import FleetModel
import LeaseLedger
import WireModel

extension Refusal {
    /// Why it can never be placed, and what would change it.
    var words: String {
        switch self {
        case .noDevices: "The pool has no GPU. Use --gpus 0 to run on the CPU."
        case .noSuchModel(let asked, let present):
            "No GPU of the pool matches “\(asked.shown)”. There is: \(present.joined(separator: ", ")). `carrel gpus` lists them."
        case .noDeviceOfThatMemory(let asked, let smallest, let largest):
            "No GPU of the pool has \(asked) of memory; they have \(smallest == largest ? largest.text : "\(smallest.text) to \(largest.text)")."
        case .tooManyDevices(let asked, let most):
            "\(asked) such GPUs are on no node: the most on one is \(most). Ask for \(most) or fewer."
        case .tooManyCores(let asked, let most):
            "No node has \(asked.text) cores: the largest has \(most.text). Ask for less with --cpus."
        case .tooMuchMemory(let asked, let most):
            "No node has \(asked.text) of memory: the largest has \(most.text). Ask for less with --memory."
        case .neverTogether: "No single node has all of this together. Ask for fewer GPUs, cores or less memory."
        case .aboveTeamLimit(let team, let asked, let limit):
            "\(asked) GPUs are more than team \(team) may hold at once (\(limit)). Ask for fewer, or let an administrator raise the limit."
        }
    }
}
