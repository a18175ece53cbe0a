import ArgumentParser
import FleetModel
import WireModel

/// The value of `--fit`: what `carrel plan fit` takes, in one argument.
enum FitOption {
    private static let example = "Example: --fit 'llama-3.1-8b --method lora'"

    static func parse(_ text: String) throws -> PlanFitCommand {
        guard let words = words(text) else {
            throw ValidationError("--fit \(text): a quotation mark is not closed. \(example)")
        }
        guard !words.isEmpty, words != ["--"] else { throw ValidationError("--fit has no value. \(example)") }
        let command: PlanFitCommand
        do { command = try PlanFitCommand.parse(words) } catch {
            let why = PlanFitCommand.message(for: error)
            throw ValidationError(
                "--fit \(text): \(why)\(why.last?.isPunctuation ?? true ? "" : ".") carrel plan fit --help has the options.")
        }
        guard !command.list, !command.output.isData else {
            throw ValidationError(
                "--fit takes a model and what is done with it; carrel plan fit --list names those there are.")
        }
        return command
    }

    /// - Parameter gpus: what is asked for beside it.
    static func check(_ text: String, gpus: String?) throws {
        let shared = try parse(text).gpus ?? 1, asked = gpus.flatMap { try? DeviceSelector(parsing: $0) }?.count ?? 1
        guard shared == 1 || shared == asked else {
            throw ValidationError(
                "--fit \(text): the model is shared by \(shared) GPUs there, and --gpus asks for \(asked). Ask for as many.")
        }
    }

    /// nil: less than a request may carry, or more.
    static func span(_ range: EstimatedRange) -> ForecastSpan<Double>? {
        guard range.expected >= 0.001, range.upper <= 9e12 else { return nil }
        return ForecastSpan(lower: range.lower, expected: range.expected, upper: range.upper)
    }

    /// As a shell would take them apart, without what is more than quotation; nil: one is not closed.
    static func words(_ text: String) -> [String]? {
        var words: [String] = [], word: String?, quote: Character?
        for character in text {
            if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { return nil }
        return words + (word.map { [$0] } ?? [])
    }
}

extension PlanFitCommand {
    /// Whether it is said how much there is to do, so that it has a time.
    var hasAmount: Bool { tokens != nil || promptTokens != nil || samples != nil }
}
