/// An environment of software.
package struct EnvironmentView: Codable, Equatable, Sendable {
    package struct Package: Codable, Equatable, Sendable {
        package var name: String
        package var version: String

        package init(name: String, version: String) {
            self.name = name
            self.version = version
        }
    }

    package var name: String
    /// `carrel` where Carrel made it, else `venv`, `conda` or `module`.
    package var kind: String
    /// Everybody's, made by an administrator.
    package var shared: Bool
    package var folder: String
    package var python: String?
    /// Frameworks and what else was asked for; absent: not known.
    package var packages: [Package]?
    package var sizeBytes: Int64?
    package var createdAt: String?
    /// To about a day; absent: not known.
    package var lastUsedAt: String?

    package init(name: String, kind: String, shared: Bool, folder: String) {
        self.name = name
        self.kind = kind
        self.shared = shared
        self.folder = folder
    }
}

/// The answer to `GET /v1/environments`.
package struct EnvironmentList: Codable, Equatable, Sendable {
    package var environments: [EnvironmentView]
    package init(environments: [EnvironmentView]) { self.environments = environments }
}

/// The body of `POST /v1/environments`.
package struct NewEnvironment: Codable, Equatable, Sendable {
    package var name: String
    /// Frameworks by their word (pytorch, tensorflow, jax, jupyter) and packages as pip takes them; absent: JupyterLab alone.
    package var with: [String]?
    /// For everybody; administrators only.
    package var shared: Bool?
    /// The Python to make it of, absolute; absent: `python3`.
    package var python: String?
    /// A folder of wheels on the server's machine to install from, and from nowhere else; absolute.
    package var wheelhouse: String?
    /// `NAME=value`, for pip: proxies, another index. Where `HOME` is among them, the environment lies there.
    package var environment: [String]?
    /// As on the command line: `4`; absent: the policy's default.
    package var cpus: String?
    /// As on the command line: `8GB`; absent: the policy's default.
    package var memory: String?

    package init(name: String) { self.name = name }
}
