import EngineInterface
import FleetModel
import Foundation

extension AttemptFolder {
    /// As far as it can be read now.
    var hasBegun: Bool { (try? Record.isBlank(file(.began))) == false }

    /// How it ended; to be asked only when pid 1 is gone and the lock is free. Throws when a record can't be read now: it
    /// may say anything, and a guess could have work run twice, or lose how it ended.
    /// - Parameter mayTryAgain: another attempt follows one that never began. A sandbox that did not come up may come up then:
    ///   a mount of the machine's may have gone while it was made.
    func outcome(bootID: String, mayTryAgain: Bool = false) throws(SystemFailure) -> AttemptOutcome {
        if let failure = try readFailure() { return .launchFailed(because: failure) }
        if let recorded = try recordedOutcome() { return recorded }
        if try Record.isBlank(file(.began)) {
            // Never begun, whichever boot it was: launching again is safe, unless the sandbox says why it can't be.
            if mayTryAgain { return .neverBegan }
            return try sandboxComplaint().map { .launchFailed(because: .sandbox(detail: $0)) } ?? .neverBegan
        }
        if let identity = try readIdentity(), identity.bootID != bootID { return .nodeLost }
        return try hintedExit().map { .exited(code: $0) } ?? .killed
    }

    private func recordedOutcome() throws(SystemFailure) -> AttemptOutcome? {
        guard let words = try Record.words(of: file(.exit)), words.count >= 2 else { return nil }
        switch words[0] {
        case "exited": return Int32(words[1]).map { .exited(code: $0) }
        case "signalled": return Int32(words[1]).map { .signalled(signal: $0) }
        case "failed":
            let number = words.count > 2 ? Int32(words[2]) ?? 0 : 0
            return .launchFailed(because: try failure(words[1], number: number))
        default: return nil
        }
    }

    /// The words are carrel-init's; the names that go with them are in the spec.
    private func failure(_ word: String, number: Int32) throws(SystemFailure) -> LaunchFailure {
        let spec = try readSpec()
        let command = spec?.order.work.command.first ?? "", directory = spec?.order.work.directory ?? ""
        switch word {
        case "commandNotFound": return .commandNotFound(command: command)
        case "commandNotExecutable": return .commandNotExecutable(command: command)
        case "directoryMissing": return .directoryMissing(path: directory)
        case "directoryForbidden": return .directoryForbidden(path: directory, user: spec?.userText ?? "")
        case "argumentsTooLong": return .argumentsTooLong(bytes: spec?.order.work.bytes ?? 0)
        case "storageFull": return .storageFull(detail: String(cString: strerror(number)))
        default: return .sandbox(detail: String(cString: strerror(number)))
        }
    }

    func write(_ failure: LaunchFailure) throws(SystemFailure) {
        let bytes: [UInt8]
        do { bytes = [UInt8](try JSONEncoder().encode(failure)) } catch { throw SystemFailure("encode a failure", EINVAL) }
        try Files.replace(file(.failure), with: bytes)
        try Files.syncFolder(path)
    }

    private func readFailure() throws(SystemFailure) -> LaunchFailure? {
        try Files.contents(file(.failure)).flatMap { try? JSONDecoder().decode(LaunchFailure.self, from: Data($0)) }
    }

    func sandboxComplaint() throws(SystemFailure) -> String? {
        guard let bytes = try Files.contents(file(.sandboxLog), limit: 4_096) else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").joined(separator: "; ")
        return line.isEmpty ? nil : line
    }

    /// bubblewrap's word for an exit code, for when the record itself could not be written. From 125 on it may be
    /// carrel-init's own, or stand for a signal, and says nothing.
    private func hintedExit() throws(SystemFailure) -> Int32? {
        struct Status: Decodable {
            let code: Int32?
            enum CodingKeys: String, CodingKey { case code = "exit-code" }
        }
        let bytes = try Files.contents(file(.sandboxStatus), limit: 8_192) ?? []
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        let codes = lines.compactMap { try? JSONDecoder().decode(Status.self, from: Data($0.utf8)).code }
        return codes.last.flatMap { (0..<125).contains($0) ? $0 : nil }
    }
}

extension AttemptFolder.Spec {
    /// For messages: the user's name, or the number.
    var userText: String { identity?.text ?? order.user.name }
}

extension WorkOrder {
    /// The bytes of the arguments and the environment, as the kernel counts them.
    var bytes: Int {
        (command + environment).reduce(0) { $0 + $1.utf8.count + 1 + MemoryLayout<UnsafeRawPointer>.size }
    }
}
