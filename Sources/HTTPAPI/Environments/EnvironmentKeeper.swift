package import WireModel

/// What is known of environments on the server's machine.
package protocol EnvironmentKeeper: Sendable {
    /// The shared ones that are whole, in order of their names.
    func shared() async -> [EnvironmentView]
    /// Where a shared one of this name lies, or will.
    func sharedFolder(_ name: String) -> String
}
