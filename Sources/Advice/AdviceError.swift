/// Why a question can't be answered; the words are for who asked.
package enum AdviceError: Error, Equatable, Sendable {
    case unknownModel(String, nearest: [String])
    case unknownAccelerator(String, nearest: [String])
    case unknownWord(what: String, given: String, known: [String], nearest: [String])
    case missing(what: String, instead: String)
    case outOfRange(what: String, given: String, least: String, most: String)
    case noRate(gpu: String, precision: String)
    case notThere(String)
}

extension AdviceError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownModel(let name, let nearest):
            """
            No model named '\(name)' is built in.\(Self.meant(nearest)) Give a file or a folder (safetensors, GGUF, ONNX), or \
            describe it: --params 7e9 --layers 32 --hidden 4096. `carrel plan fit --list` names what is built in.
            """
        case .unknownAccelerator(let name, let nearest):
            "The catalogue has no accelerator '\(name)'.\(Self.meant(nearest)) `carrel plan compare --list` names all."
        case .unknownWord(let what, let given, let known, let nearest):
            "\(what): '\(given)' is none of \(known.joined(separator: ", ")).\(Self.meant(nearest))"
        case .missing(let what, let instead): "\(what) is missing. \(instead)"
        case .outOfRange(let what, let given, let least, let most): "\(what): \(given) is not between \(least) and \(most)."
        case .noRate(let gpu, let precision):
            "The data sheet of \(gpu) says no rate for \(precision): nothing can be predicted. Try another --precision."
        case .notThere(let words): words
        }
    }

    private static func meant(_ nearest: [String]) -> String {
        nearest.isEmpty ? "" : " Did you mean \(nearest.prefix(4).joined(separator: ", "))?"
    }
}
