package import NIOCore

/// Limits and spans. The defaults suit notebooks.
package struct GatewaySettings: Sendable {
    package var spans = Spans()
    /// Bytes of one header, of all headers of a message together, and how many headers.
    package var largestHeader = 32 << 10
    package var largestHead = 64 << 10
    package var mostHeaders = 200
    /// Idle connections to one backend that each event loop keeps, and for how long.
    package var mostIdle = 32
    package var idleSpan = TimeAmount.seconds(20)
    /// The words of the gateway's own answers.
    package var words: @Sendable (GatewayTrouble, RequestFault?) -> GatewayRefusal = GatewayRefusal.plain

    package struct Spans: Sendable {
        package var firstHead = TimeAmount.seconds(20)
        package var nextHead = TimeAmount.seconds(120)
        package var passedBody = TimeAmount.seconds(60)
        package var decision = TimeAmount.seconds(20)
        package var connection = TimeAmount.seconds(20)
        package var requestBody = TimeAmount.seconds(60)
        package var responseHead = TimeAmount.minutes(10)
        package var stall = TimeAmount.minutes(15)
        package var halfOpen = TimeAmount.minutes(2)
        package var linger = TimeAmount.seconds(10)

        func of(_ deadline: GatewayDeadline) -> TimeAmount {
            switch deadline {
            case .firstHead: firstHead
            case .nextHead: nextHead
            case .passedBody: passedBody
            case .decision: decision
            case .connection: connection
            case .requestBody: requestBody
            case .responseHead: responseHead
            case .stall: stall
            case .halfOpen: halfOpen
            case .linger: linger
            }
        }
    }

    package init() {}
}
