package import Hummingbird
import WireModel

/// What a route knows about its request.
package struct CarrelContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// nil: nobody signed in; only `/health` answers then.
    package var caller: Caller?

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }

    /// The caller, or a problem that says how to sign in.
    func signedIn() throws(Problem) -> Caller {
        guard let caller else { throw .notSignedIn }
        return caller
    }
}
