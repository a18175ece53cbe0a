import FileActs
import FleetModel
import WireModel

extension Problem {
    static let filesNeedScope = Problem(
        "needs-scope", title: "The token may only look", status: 403,
        detail:
            "This token has the scope read, which shows what runs and not what somebody keeps in files. Sign in with another one: "
            + "`carrel login LINK --scope work`, or one of `carrel token create NAME --scope work`", exitCode: 1)

    static func noFolder(for path: String) -> Problem {
        Problem(
            "no-such-file", title: "No such folder", status: 404,
            detail: "There is no folder for \(path). Nothing was changed. Make it first: carrel files mkdir FOLDER",
            exitCode: 1)
    }

    /// - Parameters:
    ///   - path: what it is about, for people.
    ///   - isRemoval: a folder with all that is in it was to go, of which some may be gone.
    ///   - isLook: it was only to be shown or read.
    init(_ fault: FileFault, at path: String, isRemoval: Bool = false, isLook: Bool = false) {
        func no(_ name: String, _ title: String, _ status: Int, _ detail: String) -> Problem {
            Problem(name, title: title, status: status, detail: detail, exitCode: status == 400 ? ExitCode.usage : 1)
        }
        let nothing = isLook ? "" : isRemoval ? " Some of what is in it may be gone." : " Nothing was changed."
        self =
            switch fault {
            case .missing: no("no-such-file", "No such file", 404, "There is no \(path).")
            case .exists(let kind):
                no(
                    "file-exists", "There already", 409,
                    "\(path) is there already, \(kind.words).\(nothing) Choose another name"
                        + (kind == .file ? ", or have it replaced (--replace)." : "."))
            case .notAFolder:
                no("not-a-folder", "Not a folder", 409, "\(path) leads through something that is no folder.\(nothing)")
            case .notAFile(let kind):
                no(
                    "not-a-file", "Not a file", 409,
                    "\(path) is \(kind.words); only ordinary files are read and replaced.\(nothing)")
            case .notEmpty:
                no(
                    "not-empty", "Not empty", 409,
                    "\(path) is not empty.\(nothing) Remove it with all that is in it (--recursive).")
            case .outside:
                no(
                    "leads-outside", "Leads outside", 403,
                    "\(path) goes by a link that leads out of its place, where files are not reached from here.\(nothing) Work can follow it."
                )
            case .forbidden:
                no(
                    "file-forbidden", "Not yours to do", 403,
                    "Your user of the machine may not do this with \(path).\(nothing)")
            case .readOnly: no("read-only", "Read-only", 403, "\(path) lies on a file system that is read-only.\(nothing)")
            case .full(let free, let wanted): Self.full(path, free: free, wanted: wanted)
            case .overQuota: Self.overQuota(path)
            case .badName:
                no(
                    "bad-name", "Not a name", 400,
                    "“\(path)” is no path: no part of it is `.` or `..`, or holds a zero byte or %2F.")
            case .nameTooLong(let most):
                no("name-too-long", "Too long", 400, "A name in \(path) has more than \(most) bytes.\(nothing)")
            case .tooDeep(let most):
                no(
                    "too-deep", "Too deep", 409,
                    "\(path) holds folders more than \(most) deep; some of it may be gone. Remove the rest from work.")
            case .isTop: Self.wholePlace(path)
            case .intoItself: .badInput("\(path) can't be moved into itself.\(nothing)")
            case .elsewhere:
                no(
                    "another-disk", "Another disk", 409,
                    "Another file system begins in \(path); its files stay. Some of the rest may be gone.")
            case .inUse: no("file-in-use", "In use", 409, "\(path) is in use now.\(nothing) Try again later.")
            case .cutOff:
                no(
                    "cut-off", "Cut off", 400,
                    "The bytes of \(path) ended before all of them were there. Nothing of it was kept; send it again.")
            case .silent:
                no(
                    "files-silent", "No answer", 503,
                    "The disk with \(path) does not answer. "
                        + (isRemoval ? "Some of it may be gone." : "What was whole before is kept; try again later."))
            case .oldKernel:
                no(
                    "old-kernel", "Not on this machine", 501,
                    "Files need Linux 5.6 or newer on the server's machine. Work can read and write them.")
            case .failed(let code): no("file-failed", "It failed", 500, "The system refused it for \(path) (error \(code)).")
            }
    }

    private static func wholePlace(_ path: String) -> Problem {
        Problem(
            "whole-place", title: "A whole place", status: 400,
            detail: "\(path) is a whole place, which is neither replaced, moved nor removed.", exitCode: ExitCode.usage)
    }

    private static func full(_ path: String, free: Int64, wanted: Int64?) -> Problem {
        let why = wanted.map { "\(path) needs \(MemoryBytes($0).text), and " } ?? "\(path) does not fit: "
        return Problem(
            "disk-full", title: "The disk is full", status: 507,
            detail: why
                + "\(MemoryBytes(free).text) are free. Nothing of it was kept. Remove what is not needed and send it again.",
            exitCode: 1)
    }

    private static func overQuota(_ path: String) -> Problem {
        Problem(
            "over-quota", title: "Over the quota", status: 507,
            detail:
                "\(path) would be more than your quota on this disk. Nothing of it was kept. Remove what is not needed, or ask "
                + "an administrator for more.", exitCode: 1)
    }

    init(_ fault: PlaceFault, of user: UserName) {
        func no(_ name: String, _ title: String, _ status: Int, _ detail: String) -> Problem {
            Problem(name, title: title, status: status, detail: detail, exitCode: 1)
        }
        self =
            switch fault {
            case .nobodys:
                no(
                    "no-folder", "No folder of its own", 403,
                    "Root's work runs as a user that belongs to nobody, so that it has no files of its own. Make an account for yourself and sign "
                        + "in with it: `carrel user add NAME --unix-user NAME` prints a link that does."
                )
            case .noUnixUser(let user): .noUnixUser(user)
            case .homeMissing(let path):
                no(
                    "no-home", "No home", 409,
                    "Your home on the server's machine, \(path.shown), is not there or can't be entered. Ask an administrator to make it."
                )
            case .foreign(let path, let owner):
                no(
                    "foreign-folder", "Somebody else's folder", 409,
                    "\(path.shown) belongs to user \(owner), or is no folder. An administrator moves it away or gives it to its user."
                )
            case .unusableName(let name):
                no("no-folder", "No folder", 409, "“\(name.shown)” can't be the name of a folder, so that none is kept.")
            case .crowded(let most):
                no(
                    "files-busy", "Busy", 503,
                    "\(most) things are being done to files already. Try again when one of them is done.")
            case .away(let detail):
                no("files-away", "Not now", 503, "Files can't be reached now: \(detail.shown). Try again later.")
            case .full(let path):
                no(
                    "disk-full", "The disk is full", 507,
                    "A folder can't be made, since the disk with \(path.shown) is full.")
            }
    }
}

extension FileKind {
    fileprivate var words: String {
        switch self {
        case .file: "a file"
        case .folder: "a folder"
        case .link: "a link"
        case .other: "a pipe, a socket or a device"
        }
    }
}
