/// A condition that did not come true in time.
package struct NeverCameTrue: Error, CustomStringConvertible {
    package let description: String

    package init(_ what: String) { description = "never came true: \(what)" }
}

/// Asks again until there is an answer, for up to `seconds`; then throws, saying what was waited for.
package func eventually<Result>(
    _ what: String, seconds: Int = 30, _ body: () async throws -> Result?
) async throws -> Result {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(seconds)
    while true {
        if let result = try await body() { return result }
        guard clock.now < deadline else { throw NeverCameTrue(what) }
        try await Task.sleep(for: .milliseconds(10))
    }
}
