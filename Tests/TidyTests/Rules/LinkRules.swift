/// Links of Markdown pages lead somewhere: to a file or folder that is there, and to a heading that is in it.
enum LinkRules {
    private static let rule = Rule(
        reason: "whoever follows it is lost", instead: "mend the link, or write what it promises")

    /// - Parameters:
    ///   - exists: whether there is a file or folder at a path from the root.
    ///   - page: the text of a page at a path from the root.
    static func check(_ path: String, _ text: String, exists: (String) -> Bool, page: (String) -> String?) -> [Finding] {
        targets(in: text).compactMap { line, target in
            let place = "\(path):\(line)"
            let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let file = parts[0].isEmpty ? path : resolve(parts[0], from: path)
            guard let file, exists(file) else { return rule.finding(place, "the link \(target) leads to no file") }
            guard parts.count == 2, file.hasSuffix(".md") else { return nil }
            let headings = page(file).map(anchors) ?? []
            return headings.contains(parts[1]) ? nil : rule.finding(place, "the link \(target) leads to no heading")
        }
    }

    /// `[text](target)` and `[name]: target`, without those of the web and those in code.
    static func targets(in text: String) -> [(line: Int, target: String)] {
        var found: [(Int, String)] = []
        for (index, line) in proseLines(of: text) {
            var rest = line[...]
            while let open = rest.firstRange(of: "](") {
                rest = rest[open.upperBound...]
                guard let close = rest.firstIndex(of: ")") else { break }
                found.append((index, String(rest[..<close].prefix { $0 != " " })))
                rest = rest[close...]
            }
            if line.hasPrefix("["), let range = line.firstRange(of: "]: "), !line.contains("](") {
                found.append((index, String(line[range.upperBound...].prefix { $0 != " " })))
            }
        }
        return found.filter { !$0.1.isEmpty && !$0.1.contains("://") && !$0.1.hasPrefix("mailto:") }
    }

    /// Lines outside of code blocks, numbered from 1, without what stands between backticks.
    private static func proseLines(of text: String) -> [(Int, String)] {
        var isCode = false
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            if line.drop(while: { $0 == " " }).hasPrefix("```") {
                isCode.toggle()
                return nil
            }
            if isCode { return nil }
            let parts = line.split(separator: "`", omittingEmptySubsequences: false)
            return (index + 1, parts.enumerated().map { $0 % 2 == 0 ? String($1) : "" }.joined(separator: "`"))
        }
    }

    /// A path from the root; nil: it leads out of the repository.
    static func resolve(_ target: String, from page: String) -> String? {
        var folders = page.split(separator: "/").dropLast().map(String.init)
        if target.hasPrefix("/") { folders = [] }
        for part in target.split(separator: "/") {
            switch part {
            case ".": continue
            case "..":
                if folders.popLast() == nil { return nil }
            default: folders.append(String(part))
            }
        }
        return folders.joined(separator: "/")
    }

    /// The anchors of a page's headings, as GitHub makes them.
    static func anchors(_ text: String) -> [String] {
        var seen: [String: Int] = [:], isCode = false
        return text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line in
            if line.hasPrefix("```") { isCode.toggle() }
            guard !isCode, line.hasPrefix("#") else { return nil }
            let title = line.drop { $0 == "#" }
            guard title.hasPrefix(" ") else { return nil }
            let kept = title.dropFirst().lowercased().filter { $0.isWordPart || $0 == "-" || $0 == " " }
            let anchor = String(kept.map { $0 == " " ? "-" : $0 })
            let count = seen[anchor, default: 0]
            seen[anchor] = count + 1
            return count == 0 ? anchor : "\(anchor)-\(count)"
        }
    }
}
