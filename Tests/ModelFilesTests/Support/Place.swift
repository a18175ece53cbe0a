import Foundation
import Glibc
import ModelFiles

/// A folder for the files of one test, gone with it.
final class Place {
    let path = FileManager.default.temporaryDirectory.path + "/carrel-models-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// - Returns: the file's path.
    @discardableResult
    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    @discardableResult
    func write(_ text: String, _ name: String) throws -> String { try write(Array(text.utf8), name) }

    func read(_ bytes: [UInt8], _ name: String) throws -> ModelHeader { try ModelFile.read(path: write(bytes, name)) }

    /// What is wrong with a file; nil where nothing is.
    func trouble(_ bytes: [UInt8], _ name: String) throws -> ModelFileError? {
        Self.trouble(try write(bytes, name))
    }

    static func trouble(_ path: String) -> ModelFileError? {
        do throws(ModelFileError) {
            _ = try ModelFile.read(path: path)
            return nil
        } catch {
            return error
        }
    }
}

extension ModelFileError {
    /// Its case, without what it carries.
    var kind: String { Mirror(reflecting: self).children.first?.label ?? "" }
}

/// Numbers that look random and are the same each time (SplitMix64).
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

extension FixedWidthInteger {
    var littleBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}
