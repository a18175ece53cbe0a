import Foundation

/// What the terminal can show.
enum Glyphs {
    /// Its locale is UTF-8, by the first of the usual variables that is set.
    static var areUnicode: Bool {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let name = locale.lowercased()
        return name.contains("utf-8") || name.contains("utf8")
    }
}
