/// What the work that changes an environment is told, as JSON on its command line. It holds no secret.
package struct EnvironmentOrder: Codable, Hashable, Sendable {
    package enum Action: String, Codable, Sendable {
        case create
        case remove
    }

    package var action: Action
    package var name: String
    /// The shared one's folder; nil: the user's own, below what `HOME` says.
    package var sharedFolder: String?
    /// Frameworks by their word, packages as pip takes them.
    package var wishes: [String]
    /// The Python to make it of; nil: `python3` as found in `PATH`.
    package var python: String?
    /// A folder of wheels to install from, and from nowhere else; nil: pip's own index.
    package var wheelhouse: String?

    package init(
        action: Action, name: String, sharedFolder: String? = nil, wishes: [String] = [], python: String? = nil,
        wheelhouse: String? = nil
    ) {
        self.action = action
        self.name = name
        self.sharedFolder = sharedFolder
        self.wishes = wishes
        self.python = python
        self.wheelhouse = wheelhouse
    }
}
