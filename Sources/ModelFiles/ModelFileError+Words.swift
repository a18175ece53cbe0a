import Glibc

extension ModelFileError: CustomStringConvertible {
    /// What happened, and what to do.
    package var description: String {
        switch self {
        case .cannotOpen, .cannotRead, .notAFile, .empty, .unknownFormat, .pickle, .pointer: wordsOfFile
        case .missingParts, .noModel, .several, .pipeline: wordsOfFolder
        default: wordsOfContents
        }
    }

    private var wordsOfFile: String {
        switch self {
        case .cannotOpen(let file, ENOENT): "\(file) is not there. Check the path."
        case .cannotOpen(let file, EACCES): "You may not read \(file). Ask its owner for the right to read it."
        case .cannotOpen(let file, let code): "\(file) can't be opened: \(Self.words(code))."
        case .cannotRead(let file, let offset, let code):
            "\(file) can't be read at byte \(offset): \(Self.words(code)). Try again; if it stays so, "
                + "the disk is at fault."
        case .notAFile(let file, let kind):
            "\(file) is a \(kind.rawValue), not a file. Name a model's file or the folder that it lies in."
        case .empty(let file): "\(file) is empty. Download it again."
        case .unknownFormat(let file, let start):
            "\(file) is no model that can be read: it begins with \(Self.hex(start)). "
                + "Known are safetensors, GGUF and ONNX."
        case .pickle(let file):
            "\(file) is not read: a pickle can run code when it is read. Convert it to safetensors, or name the "
                + "safetensors file that most models come with too."
        case .pointer(let file):
            "\(file) is only Git's note of where the model is. Run 'git lfs pull' in its folder."
        default: ""
        }
    }

    private var wordsOfFolder: String {
        switch self {
        case .missingParts(let folder, let missing, let all):
            "\(missing.count) of \(all) parts of the model are not in \(folder): \(Self.list(missing)). "
                + "Download them again."
        case .noModel(let folder):
            "\(folder) has no .safetensors, .gguf or .onnx file. Name the folder that they lie in."
        case .several(let folder, let names):
            "\(folder) has \(names.count) models: \(Self.list(names)). Name one of the files."
        case .pipeline(let folder):
            "\(folder) has a model in each of several folders. Name one of them, such as its 'unet' or 'transformer'."
        default: ""
        }
    }

    private var wordsOfContents: String {
        switch self {
        case .truncated(let file, let offset, let needs, let size):
            "\(file) ends too early: \(needs) bytes are needed at byte \(offset), and it goes to byte \(size). "
                + "The download was probably cut off: download it again."
        case .tooLarge(let file, let what, let found, let most):
            "\(file) is not read: its \(what.rawValue) would take \(found) bytes, and \(most) are the most. "
                + Self.damaged
        case .tooMany(let file, let what, let found, let most):
            "\(file) is not read: it has \(found) \(what.rawValue) or more, and \(most) are the most. \(Self.damaged)"
        case .malformed(let file, let offset, let expected, let found):
            "\(file) is not as its format wants it at byte \(offset): expected \(expected), found \(found). "
                + Self.damaged
        case .unsupported(let file, .bigEndian):
            "\(file) is for big-endian machines. Take the model's usual file, which is little-endian."
        case .unsupported(let file, .ggufVersion(let version)):
            "\(file) is GGUF version \(version); 2 and 3 can be read. Take a newer file of the model, "
                + "or convert it with llama.cpp."
        case .overflow(let file, let tensor):
            "\(file) gives the tensor '\(tensor)' a size beyond what a machine can count. \(Self.damaged)"
        case .wrongBytes(let file, let tensor, let found, let expected):
            "\(file) keeps \(found) bytes for the tensor '\(tensor)', whose type and shape make \(expected). "
                + Self.damaged
        case .outside(let file, let tensor, let end, let size):
            "\(file) ends at byte \(size), and the tensor '\(tensor)' would go to byte \(end). "
                + "The download was probably cut off: download it again."
        case .overlap(let file, let tensor, let begin, let previousEnd):
            "\(file) puts the tensor '\(tensor)' at byte \(begin), into another that ends at byte \(previousEnd). "
                + Self.damaged
        case .hole(let file, let begin, let end):
            "\(file) has bytes \(begin) to \(end) that belong to no tensor. \(Self.damaged)"
        case .twice(let file, let name): "\(file) names '\(name)' twice. \(Self.damaged)"
        default: ""
        }
    }

    private static let damaged = "It is damaged, or not what its name says: download it again."

    private static func words(_ code: Int32) -> String {
        switch code {
        case ELOOP: "its links lead round in a circle"
        case EINVAL: "that is no name of a file"
        default: String(cString: strerror(code))
        }
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }
}
