import FleetModel
import LeaseLedger

/// What the server asks of the engine.
struct Call {
    enum Request {
        case list
        case launch(AttemptKey, node: NodeName, devices: [DeviceKey])
        case stop(AttemptKey, force: Bool)
        case verify(AttemptKey, devices: [DeviceKey])
        case forget(AttemptKey)
    }

    let id: Int
    /// The life of the server that asked; answers to an earlier one are lost.
    let life: Int
    let request: Request
}

enum CallAnswer {
    case listed([AttemptStatus])
    case alreadyOver
    case done
    case checks([CleanCheck])
    case failed
}
