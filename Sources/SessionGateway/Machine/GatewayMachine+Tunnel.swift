// Bytes both ways, each direction with an end of its own.
extension GatewayMachine {
    mutating func tunnel(_ tunnel: GatewayStage.Tunnel, _ event: GatewayEvent) -> [GatewayAction] {
        var next = tunnel
        switch event {
        case .inputClosed where tunnel.clientIsOpen:
            next.clientIsOpen = false
            return next.backendIsOpen
                ? enter(.tunnel(next), .closeBackendOutput) : enter(.closing, .finishBackend, .endClient)
        case .backendInputClosed where tunnel.backendIsOpen:
            next.backendIsOpen = false
            return next.clientIsOpen
                ? enter(.tunnel(next), .closeClientOutput) : enter(.closing, .finishBackend, .endClient)
        case .backendGone: return enter(.closing, .finishClient)
        case .head, .body, .end, .fault, .responseHead, .responseBody, .responseEnd, .responseFault, .expired, .cut:
            return enter(.closed, .closeBackend, .closeClient)
        default: return []
        }
    }
}
