package import FleetModel

extension TimeSpan.ParseError {
    /// `name`: what the time is for, such as `time`.
    package func words(_ name: String) -> String {
        switch self {
        case .empty: "The \(name) is empty; write 30m, 2h or 1d."
        case .notADuration(let text): "“\(text.shown)” is no \(name); write 30m, 2h, 1d or 1h30m. A bare number is minutes."
        case .notPositive(let text): "“\(text.shown)” is no \(name): it must be more than 0."
        case .ambiguous(let text):
            "“\(text.shown)” may be a time of day, or minutes and seconds; write \(Self.first(text))m or \(Self.first(text))h, "
                + "or all three: H:MM:SS."
        case .tooLong(let text): "“\(text.shown)” is too long a \(name); ten years are the most."
        }
    }
}

extension TimeSpan.ParseError {
    /// The number before the first colon, without zeros before it.
    private static func first(_ text: String) -> String {
        let digits = text.drop { $0 == " " || $0 == "0" }.prefix { $0.isNumber }
        return digits.isEmpty ? "0" : String(digits.prefix(4))
    }
}

extension DeviceSelector.ParseError {
    package var words: String {
        switch self {
        case .empty: "No GPUs are named; write --gpus 1, --gpus a100:2 or --gpus 24GB..:1."
        case .notACount(let text): "“\(text.shown)” is no number of GPUs; write a whole number, 1,000,000 at most."
        case .negativeCount(let text):
            "\(text.shown) GPUs can't be asked for: ask for 1 or more, or for 0 to run without a GPU."
        case .notAMemoryRange(let text): "“\(text.shown)” is no range of memory; write 24GB.. or 24GB..80GB."
        case .emptyMemoryRange(let text):
            "“\(text.shown)” is a range with nothing in it: the first figure is larger than the second."
        }
    }
}
