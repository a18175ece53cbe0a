import CLinux
package import EngineInterface
import FleetModel
import Foundation
import Glibc

extension LauncherLoop {
    /// How long files are counted, in seconds.
    private static let countingTime: Int32 = 4

    /// Looks at a folder that is to be a data set; its file system may never answer.
    func surveyData(_ folder: String, replyTo id: UInt64) {
        let data = data.place
        do {
            try lookOut { output in
                guard let line = try? JSONEncoder().encode(Self.survey(folder, data)) else { return }
                _ = line.withUnsafeBytes { linux_send(output, $0.baseAddress, $0.count, nil, 0, true) }
            } finished: { [weak self] outcome, _ in
                guard case .text(let text) = outcome,
                    let found = try? JSONDecoder().decode(DataSurvey.self, from: Data(text.utf8))
                else { self?.reply(id, .survey(.silent)); return }
                self?.reply(id, .survey(found))
            }
        } catch {
            reply(id, Answer(error))
        }
    }

    /// What of data sets a sandbox shows, and where work of Carrel's own copies one.
    func showData(
        _ order: LaunchOrder, _ plan: LaunchPlan, _ arguments: inout SandboxArguments
    ) throws(SystemFailure) {
        let copies = DataCopies(place: data.place)
        if let act = order.work.copying {
            var users = DataCopyUsers()
            for attempt in attempts.values where !attempt.isOver {
                users.inUse.formUnion(attempt.copies)
                // Of its spec nothing could be read.
                if attempt.devices == nil { users.isUncertain = true }
                if let other = attempt.copying {
                    users.copying[other.name] = if case .make(_, let bytes?, _) = other { bytes } else { 0 }
                }
            }
            arguments.copies = try copies.prepare(
                act, for: plan.identity, readableTo: service, users, most: configuration.copyLimit?.bytes)
        }
        arguments.sets = plan.data.enumerated().map { place, set in
            let number = SandboxDescriptor.firstData + Int32(place)
            let path = set.copyName.map { copies.path(set.name, $0) } ?? set.original
            return (set.destination, sandbox.bindsDescriptors ? nil : path, number)
        }
    }

    /// In the child.
    private static func survey(_ folder: String, _ data: DataDirectory) -> DataSurvey {
        guard folder.hasPrefix("/"), !folder.utf8.contains(0) else { return .unfit(.notAbsolute, path: folder) }
        guard let path = Files.realPath(folder) else { return .missing }
        if let fault = DataFolderRule.fault(of: path, dataDirectory: data.path, masked: WorkData.maskedPlaces) {
            return .unfit(fault, path: path)
        }
        var alone = false, closed = 0
        let number = linux_open_directory_strictly(path, &alone, &closed)
        guard number >= 0 else { return number == -EACCES ? .closed(by: path) : .missing }
        defer { close(number) }
        if !alone, closed > 0, closed < path.utf8.count {
            return .closed(by: String(decoding: path.utf8.prefix(closed), as: UTF8.self))
        }
        var info = stat(), files: Int64 = 0, bytes: Int64 = 0
        guard fstat(number, &info) == 0 else { return .missing }
        var isClosed = false
        let isWhole = linux_measure_folder(number, countingTime, &files, &bytes, &isClosed)
        return .folder(
            DataFolderFacts(
                path: path, isOpen: info.st_mode & 0o005 == 0o005 && !isClosed, files: isWhole ? files : nil,
                bytes: isWhole ? bytes : nil))
    }
}

extension LocalEngine: DataSurveyor {
    package func survey(_ folder: String) async throws(EngineError) -> DataSurvey {
        guard case .survey(let found) = try await ask(.surveyData(folder)).answer else { throw .nonsense }
        return found
    }
}
