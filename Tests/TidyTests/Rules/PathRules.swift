/// No path of the machine that something was written on.
enum PathRules {
    /// Files that must name such a folder, with the reason.
    static let exceptions: [String: String] = [:]

    /// Written in two parts, so that this file does not find itself.
    private static let folders = ["wo" + "rk", "ro" + "ot"]

    private static let rule = Rule(
        reason: "it is there on one machine only", instead: "name it from the repository's root, or with a variable")

    static func check(_ path: String, _ text: String) -> [Finding] {
        if exceptions[path] != nil || !folders.contains(where: { text.has("/\($0)/") }) { return [] }
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line in
            folders.filter { names(String(line), "/\($0)/") }.map {
                rule.finding("\(path):\(index + 1)", "names the folder /\($0)")
            }
        }
    }

    /// The address of a request's page, which has the same name: a number follows, or what stands for one.
    private static func isPage(_ folder: String, followedBy rest: Substring) -> Bool {
        guard folder == "/\(folders[0])/" else { return false }
        return rest.first?.isNumber ?? false || ["\\(", "%", "ID"].contains(where: rest.hasPrefix)
    }

    /// A path that begins there, and not the middle of a longer one or of a web address.
    private static func names(_ line: String, _ folder: String) -> Bool {
        var rest = line.startIndex..<line.endIndex
        while let range = line[rest].firstRange(of: folder) {
            let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : " "
            let isPath = !before.isWordPart && !".-}~$)*".contains(before)
            if isPath && !isPage(folder, followedBy: line[range.upperBound...]) { return true }
            rest = range.upperBound..<line.endIndex
        }
        return false
    }
}
