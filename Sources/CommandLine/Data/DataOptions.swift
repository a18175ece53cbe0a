package import ArgumentParser
package import WireModel

/// The data sets that work is shown.
package struct DataOptions: ParsableArguments {
    @Option(
        parsing: .unconditionalSingleValue,
        help: "Show it this data set, read-only, at /dev/data/NAME; may be given several times. carrel data lists them.")
    package var data: [String] = []

    package init() {}

    package mutating func validate() throws {
        for name in data {
            try GivenValue.check(name, of: "--data", example: "imagenet")
            if name.isEmpty { throw ValidationError("--data is empty. Example: --data imagenet") }
        }
    }

    package func add(to request: inout NewRequest) { request.data = data.isEmpty ? nil : data }
}
