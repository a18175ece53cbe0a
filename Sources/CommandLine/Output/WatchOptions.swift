import ArgumentParser
import Foundation

/// `-w`: shows a list again and again.
package struct WatchOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Show it again every two seconds, until Ctrl-C.")
    package var watch = false

    package init() {}

    /// Runs a body once, or for as long as somebody watches. On a terminal each round takes the place of the last.
    func repeating(_ body: () async throws -> Void) async throws {
        while true {
            if watch, isatty(1) == 1 { Terminal.write("\u{1B}[H\u{1B}[2J") }
            try await body()
            guard watch else { return }
            try await Task.sleep(for: .seconds(2))
        }
    }
}
