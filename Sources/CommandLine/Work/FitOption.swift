import ArgumentParser

/// The value of `--fit`: what `carrel plan fit` takes, in one argument.
enum FitOption {
    static func parse(_ text: String) throws -> PlanFitCommand {
        let example = "Example: --fit 'llama-3.1-8b --method lora'"
        guard let words = words(text) else {
            throw ValidationError("--fit \(text): a quotation mark is not closed. \(example)")
        }
        guard !words.isEmpty, words != ["--"] else { throw ValidationError("--fit has no value. \(example)") }
        do {
            let command = try PlanFitCommand.parse(words)
            guard !command.list, !command.output.isData else {
                throw ValidationError("--fit takes a model and what is done with it; carrel plan fit has the lists.")
            }
            return command
        } catch {
            throw ValidationError(
                "--fit \(text): \(PlanFitCommand.message(for: error)) carrel plan fit --help has the options.")
        }
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
