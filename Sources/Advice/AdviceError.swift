import WireModel

/// Why a question can't be answered; the words are for who asked.
package enum AdviceError: Error, Equatable, Sendable {
    case unknownModel(String, nearest: [String])
    case unknownAccelerator(String, nearest: [String])
    case unknownWord(what: String, given: String, known: [String], nearest: [String])
    case noModel
    case missing(what: String, instead: String)
    case outOfRange(what: String, given: String, least: String, most: String)
    case noRate(gpu: String, precision: String)
    case notThere(String)
}

extension AdviceError: CustomStringConvertible {
    /// As the command line says it.
    package var description: String {
        switch self {
        case .unknownModel: "\(short) `carrel plan fit --list` names what is built in; a file or a folder is read, too."
        case .unknownAccelerator: "\(short) `carrel plan compare --list` names all."
        case .noModel: "\(short) Its file or its folder may be given, too."
        default: short
        }
    }

    /// As an answer over HTTP says it.
    package var overHTTP: String { PlanField.overHTTP(short) }
    /// As a page says it.
    package var onPage: String {
        guard case .unknownModel(let name, let nearest) = self else { return PlanField.onPage(short) }
        return
            "No model named “\(name)” is built in.\(Self.meant(nearest)) Under Plan, “Does it fit” reckons another from its parameters, layers and width."
    }

    /// Without what only one door has. Fields are named by their options.
    private var short: String {
        switch self {
        case .unknownModel(let name, let nearest):
            "No model named '\(name)' is built in.\(Self.meant(nearest)) Describe it: \(Self.example)"
        case .unknownAccelerator(let name, let nearest):
            "The catalogue has no accelerator '\(name)'.\(Self.meant(nearest))"
        case .unknownWord(let what, let given, let known, let nearest):
            "\(what): '\(given)' is none of \(known.joined(separator: ", ")).\(Self.meant(nearest))"
        case .noModel: "The model is missing. Name one (llama-3.1-8b, resnet50), or describe it: \(Self.example)"
        case .missing(let what, let instead): "\(what) is missing. \(instead)"
        case .outOfRange(let what, let given, let least, let most): "\(what): \(given) is not between \(least) and \(most)."
        case .noRate(let gpu, let precision):
            "The data sheet of \(gpu) says no rate for \(precision): nothing can be predicted. Try another --precision."
        case .notThere(let words): words
        }
    }

    private static let example = "--params 7e9 --layers 32 --hidden 4096."

    private static func meant(_ nearest: [String]) -> String {
        nearest.isEmpty ? "" : " Did you mean \(nearest.prefix(4).joined(separator: ", "))?"
    }
}
