import Foundation
package import Hummingbird
import NIOCore
import WireModel

/// What a route knows about its request.
package struct CarrelContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// nil: nobody signed in; only `/health` and the way in answer then.
    package var caller: Caller? {
        didSet { audit.caller = caller }
    }
    /// The caller's token is for looking only.
    var isReadOnly = false
    /// What is written down about the request; copies of this context share it.
    let audit = AuditNote()
    /// The connection, for those who must end it.
    let channel: any Channel
    /// Where the request comes from; empty: from the machine itself, by the Unix socket.
    var address: String
    /// Shared by all requests of the connection.
    var loopback: LoopbackPeer

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        address = source.channel.remoteAddress?.ipAddress ?? ""
        loopback = LoopbackPeer(source.channel)
    }

    /// The caller, or a problem that says how to sign in.
    func signedIn() throws(Problem) -> Caller {
        guard let caller else { throw .notSignedIn }
        return caller
    }

    /// A part of the path by its name in the route; the router leaves escapes as they are.
    func pathPart(_ name: String) -> String {
        let text = parameters.get(name) ?? ""
        return text.removingPercentEncoding ?? text
    }
}
