package import SoftwareStack

/// Why an environment can't be made or removed.
package enum EnvironmentTrouble: Error, Hashable, Sendable {
    case notAName(String)
    /// The work has no home of its own that stays.
    case noHome
    /// It is there already.
    case exists(name: String)
    case missing(name: String)
    /// Somebody else makes or removes it just now.
    case busy(name: String)
    /// The folder belongs to somebody else, or is no folder.
    case notOurs(folder: String)
    case noPython(asked: String?)
    /// This Python makes no virtual environments: Debian has that in a package of its own.
    case noVenv(python: String)
    case wheelhouseMissing(path: String)
    case noNetwork
    case notInstalled(requirements: [String], python: String)
    case diskFull(folder: String, freeBytes: Int64)
    case recipe(EnvironmentRecipe.Fault)
    /// `code` is an errno.
    case system(doing: String, code: Int32)
}
