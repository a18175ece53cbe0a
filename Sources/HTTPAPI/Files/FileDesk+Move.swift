import FileActs
import WireModel

extension FileDesk {
    /// Gives something another name within its place. Each fault names the path that it is about.
    func move(
        _ target: FileTarget, to new: FileTarget, replace: Bool, _ opened: OpenedFiles
    ) async throws(Problem) -> FileEntryView {
        guard target.place == new.place else { throw .betweenPlaces(target, new) }
        guard !target.path.isTop else { throw Problem(.isTop, at: target.shown) }
        guard !new.path.isTop else { throw Problem(.isTop, at: new.shown) }
        guard !new.path.names.starts(with: target.path.names) || new.path == target.path else {
            throw Problem(.intoItself, at: target.shown)
        }
        do throws(FileFault) {
            _ = try await opened.talk.ask(.look(new.path.parent))
        } catch {
            throw error == .missing ? .noFolder(for: new.shown) : Problem(error, at: new.parent.shown)
        }
        do throws(FileFault) {
            guard case .entry(let entry) = try await opened.talk.ask(.move(target.path, to: new.path, replace: replace))
            else { throw .silent }
            return view(entry, at: new)
        } catch {
            switch error {
            case .exists(.file) where replace: throw .overFile(target, new)
            case .exists, .notAFile, .nameTooLong, .full, .overQuota: throw Problem(error, at: new.shown)
            case .elsewhere: throw .anotherDisk(target, new)
            default: throw Problem(error, at: target.shown)
            }
        }
    }
}

extension Problem {
    private static let byWork = "Copy it there and remove it here, or let work do it, which sees both."

    fileprivate static func betweenPlaces(_ target: FileTarget, _ new: FileTarget) -> Problem {
        Problem(
            "between-places", title: "Between two places", status: 409,
            detail:
                "\(target.shown) and \(new.shown) are in two places, which belong to different people. Nothing was changed. "
                + byWork, exitCode: 1)
    }

    fileprivate static func anotherDisk(_ target: FileTarget, _ new: FileTarget) -> Problem {
        Problem(
            "another-disk", title: "Another disk", status: 409,
            detail: "\(target.shown) and \(new.shown) are on two file systems. Nothing was changed. " + byWork, exitCode: 1)
    }

    /// It was to be replaced, and by no file.
    fileprivate static func overFile(_ target: FileTarget, _ new: FileTarget) -> Problem {
        Problem(
            "file-exists", title: "There already", status: 409,
            detail:
                "\(new.shown) is there already, a file, which only a file takes the place of; \(target.shown) is none. "
                + "Nothing was changed. Choose another name.", exitCode: 1)
    }
}
