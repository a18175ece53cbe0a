import HTTPAPI

extension ListenFailure {
    /// Why, and what to do.
    ///
    /// - Parameter place: the address, `127.0.0.1:8642`, or another name of the place.
    func words(_ place: String) -> String {
        "can't listen on \(place): " + reason(place)
            + ". The server did not start; work that runs goes on. Then run `carrel up` again, or choose another address:"
            + " --listen :0 takes any free port, --listen none no address at all."
    }

    private func reason(_ place: String) -> String {
        let port = place.split(separator: ":").last ?? ""
        return switch self {
        case .taken:
            "another program listens there, perhaps another Carrel. `ss -ltnp 'sport = :\(port)'` names it (as root); stop it"
        case .forbidden:
            "this user may not. Ports below 1024 are for root; use a higher one"
        case .notOfThisMachine: "this machine has no such address. `ip address` lists those that it has"
        case .unsupported(let detail), .failed(let detail): detail
        }
    }
}
