import ArgumentParser
import FleetModel
import Foundation
import WireModel

/// Paths of files on the server, as people type them: `my/results` or `teams/vision/data`.
enum FilePlaces {
    /// Whether `carrel files WORD` means a place and not a verb.
    static func isPlace(_ word: String, of verb: String) -> Bool {
        verb == "files" && (word == "my" || word == "teams" || word.hasPrefix("my/") || word.hasPrefix("teams/"))
    }

    /// Throws where it names no place.
    static func check(_ path: String) throws {
        if path == "teams" || path == "teams/" {
            throw ValidationError("Which team? Its files are in teams/NAME; `carrel files` names yours.")
        }
        guard path == "my" || path.hasPrefix("my/") || path.hasPrefix("teams/") else {
            throw ValidationError(
                "“\(path.shown)” is no path on the server; it begins with my/, your own files, or with teams/NAME/. Example: my/\(URL(fileURLWithPath: path).lastPathComponent)"
            )
        }
        for part in path.split(separator: "/") where part == "." || part == ".." {
            throw ValidationError("“\(path.shown)” is no path on the server: no part of it is . or ...")
        }
    }

    /// As it stands in an address. What `--json` gives as `path` is so already, and goes with `--escaped`.
    static func address(_ path: String, isEscaped: Bool) -> String {
        if isEscaped { return path }
        return path.split(separator: "/").map { String($0).percentEscaped() }.joined(separator: "/")
    }

    /// Where an address is asked for, with values after the `?`. The HTTP client drops parts that are no text: such are escaped once more.
    static func call(_ address: String, _ values: String..., route: String = "files") -> String {
        let isPlain = !address.contains("%")
        let all = (isPlain ? [] : ["escaped=1"]) + values.filter { !$0.isEmpty }
        let path = "/v1/\(route)/" + (isPlain ? address : address.replacingOccurrences(of: "%", with: "%25"))
        return all.isEmpty ? path : path + "?" + all.joined(separator: "&")
    }

    /// Whether it is a whole place, or says by its end that it is a folder.
    static func isFolder(_ path: String) -> Bool {
        path.hasSuffix("/") || path == "my" || (path.hasPrefix("teams/") && path.split(separator: "/").count == 2)
    }

    /// The last part of a path.
    static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}

/// How paths are given.
struct PathOptions: ParsableArguments {
    @Flag(help: "Paths are written as in an address, my/run%201: as --json prints them, for names that are no text.")
    var escaped = false
}
