/// What is in force on this machine, found by looking and by trying; for `carrel doctor`.
package struct SandboxReport: Hashable, Codable, Sendable {
    /// How well devices and people are kept apart.
    package enum Grade: String, Codable, Sendable {
        case enforced = "A"
        case contained = "B"
        case advisory = "C"
    }

    package enum Limits: String, Codable, Sendable {
        /// Control groups, version 2.
        case unified
        /// Control groups, version 1.
        case legacy
        case none
    }

    package let grade: Grade
    /// Why it is no better, in words; empty for grade A.
    package let reasons: [String]
    /// `bubblewrap 0.8.0`.
    package let sandboxVersion: String
    package let initProgram: String
    package let launcherIsRoot: Bool
    /// The Unix user that the server runs as.
    package let serviceUID: UInt32
    /// Whether ordinary users may make user namespaces here, which bubblewrap needs without root.
    package let userNamespaces: Bool
    package let limits: Limits
    /// `cpu`, `memory`, `pids`, `devices`.
    package let limitedResources: [String]
    /// The kernel refuses to open devices that are not leased, beside their nodes being absent.
    package let deviceFilter: Bool
    /// A sandbox was started and came to its end.
    package let sandboxWorks: Bool
    /// What was reached from inside that should not have been, or why the sandbox did not work.
    package let findings: [String]
    /// Free on the data directory's disk, in bytes.
    package let freeBytes: Int64
}
