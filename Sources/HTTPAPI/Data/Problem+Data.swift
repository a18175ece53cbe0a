import EngineInterface
import FleetModel
import WireModel

extension Problem {
    static func dataExists(_ name: String) -> Problem {
        Problem(
            "data-exists", title: "There already", status: 409,
            detail:
                "There is a data set \(name) already; nothing was changed. `carrel data remove \(name)` takes it away first.",
            exitCode: 1)
    }

    static func noDataSet(_ name: String) -> Problem {
        .notFound("There is no data set \(name.shown). `carrel data` lists them.")
    }

    static func dataInUse(_ name: String, by users: [LeaseID]) -> Problem {
        let shown = users.prefix(5).map { "\($0)" }.joined(separator: ", ") + (users.count > 5 ? " and others" : "")
        return Problem(
            "data-in-use", title: "In use", status: 409,
            detail:
                "Requests ask for the data set \(name): \(shown). Nothing was removed. With --force it goes all the same: what runs keeps what it is shown, what waits will not start.",
            exitCode: 1)
    }

    static func noDataCopy(_ name: String) -> Problem {
        .notFound("There is no copy of a data set \(name.shown) on this machine's disk. Nothing was changed.")
    }

    /// Why a folder can't be a data set.
    init(_ survey: DataSurvey, _ folder: String, kept: String) {
        let words =
            switch survey {
            case .folder: "may be a data set"
            case .missing: "is no folder on the node"
            case .silent: "could not be looked at in time: its file system does not answer. Ask again later"
            case .closed(let place):
                "can't be reached by others: \(place.shown) on the way to it belongs to somebody, and is closed to everybody else. Choose a folder that all may reach, or open that one with `chmod o+x`"
            case .unfit(let fault, let path): (path == folder ? "" : "is \(path.shown), which ") + fault.words
            }
        self.init(
            "unfit-data-folder", title: "No folder for a data set", status: 422,
            detail: "\(folder.shown) \(words). \(kept).", exitCode: 1)
    }
}

extension DataFolderRule.Fault {
    /// As the rest of a sentence about the folder.
    fileprivate var words: String {
        switch self {
        case .notAbsolute: "is not an absolute path"
        case .tooMuch: "holds more than a data set: name the folder in it that work is to read"
        case .system(let place): "lies beneath \(place), which is the machine's own"
        case .passing(let place): "lies beneath \(place), where everybody makes folders and nothing stays; put it elsewhere"
        case .dataDirectory: "is, holds or lies in Carrel's own data directory, which work must not see"
        case .holds(let place): "has to do with \(place), which work must not see"
        }
    }
}
