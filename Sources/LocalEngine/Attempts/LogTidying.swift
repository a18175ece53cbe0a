import FleetModel
import Glibc

/// Deletes the output that is no longer to be kept, oldest first. Runs in a lookout, since a slow disk may take minutes.
///
/// An attempt's folder is renamed first and emptied then, so that whoever looks finds all of it or nothing, and a look
/// that was cut off is finished by the next one. Links are never followed, and what isn't named as an attempt's folder
/// is left alone.
struct LogTidying {
    struct Summary: Equatable {
        var deleted = 0
        /// Of what is left.
        var bytes: Int64 = 0
    }

    private struct Entry {
        let path: String
        /// Seconds since 1970, as all times here.
        let end: Int64
        /// When it was moved here.
        let came: Int64
        let bytes: Int64
    }

    /// The folder of the logs.
    let top: String
    let retention: LogRetention
    /// Of all attempts that are listed, though a part of them may lie here already.
    let listed: Set<AttemptKey>
    /// Seconds since 1970.
    let now: Int64
    /// Whether that is certain enough to delete by age.
    var byAge = true

    private static let goneSuffix = ".expired"

    func run() -> Summary {
        var entries: [Entry] = []
        for lease in Files.names(in: top) {
            guard let leaseNumber = Self.number(lease), Files.isFolder("\(top)/\(lease)") else { continue }
            let folder = "\(top)/\(lease)"
            for name in Files.names(in: folder) {
                let path = "\(folder)/\(name)"
                guard Files.isFolder(path) else { continue }
                if name.hasSuffix(Self.goneSuffix), Self.number(String(name.dropLast(Self.goneSuffix.count))) != nil {
                    Files.deleteFolder(path)
                } else if let number = Self.number(name).flatMap({ Int(exactly: $0) }),
                    !listed.contains(AttemptKey(lease: LeaseID(leaseNumber), number: number))
                {
                    entries.append(Self.entry(path))
                }
            }
            // Only when it is empty. Whoever moves logs there at this moment makes it again.
            rmdir(folder)
        }
        return delete(from: entries.sorted { ($0.end, $0.path) < ($1.end, $1.path) })
    }

    private func delete(from entries: [Entry]) -> Summary {
        var summary = Summary(bytes: entries.reduce(0) { $0 + $1.bytes })
        let limit = retention.limit(onBytes: Files.sizeOfFileSystem(top))
        for entry in entries {
            // An end that lies ahead, by a clock that was set back, is young.
            let age = TimeSpan.seconds(max(0, now - entry.end)), stay = TimeSpan.seconds(max(0, now - entry.came))
            let isOld = byAge && age >= retention.longest
            guard stay >= retention.youngest, isOld || summary.bytes > limit else { continue }
            let gone = entry.path + Self.goneSuffix
            guard rename(entry.path, gone) == 0 else { continue }
            Files.deleteFolder(gone)
            rmdir(entry.path.parentFolder)
            summary.deleted += 1
            summary.bytes -= entry.bytes
        }
        return summary
    }

    /// A number as Carrel writes it.
    private static func number(_ name: String) -> Int64? { Int64(name).flatMap { $0 > 0 && "\($0)" == name ? $0 : nil } }

    /// The end is told by the exit record; where there is none, by when the folder was moved here. The times of the logs
    /// themselves are the work's to set.
    private static func entry(_ folder: String) -> Entry {
        let exit = AttemptFolder(path: folder).file(.exit)
        let came = Int64(Files.ownStatus(folder)?.st_ctim.tv_sec ?? 0)
        let record = (try? Record.words(of: exit)) == nil ? nil : Files.ownStatus(exit)
        return Entry(
            path: folder, end: record.map { Int64($0.st_mtim.tv_sec) } ?? came, came: came, bytes: allocated(folder))
    }

    private static func allocated(_ folder: String) -> Int64 {
        let names = Files.names(in: folder).map { "\(folder)/\($0)" } + [folder]
        return names.reduce(0) { $0 + Int64(Files.ownStatus($1)?.st_blocks ?? 0) * 512 }
    }
}

/// When the logs are looked at next.
struct LogTidyingTurn {
    /// Milliseconds on the boot clock.
    var dueAt: Int64 = 0
    /// What has been moved to the logs since the last look, in bytes.
    var come: Int64 = 0
    /// The one that looks now. It outlives the server.
    var lookout: Lookout?
    var ageTrust = AgeTrust()
}

extension LauncherLoop {
    /// At start, every hour, and when much has come; one at a time.
    func tidyLogs() {
        guard logTidying.dueAt <= now, logTidying.lookout == nil else { return }
        logTidying.dueAt = now + LogRetention.interval.milliseconds
        logTidying.come = 0
        let seconds = Int64(time(nil)), trust = logTidying.ageTrust.look(wall: seconds * 1_000, boot: now)
        guard trust != .jumped else {
            return warn("the machine's clock was set by more than an hour; old logs stay until it has run evenly for two")
        }
        let retention = configuration.logRetention
        // What goes at once has no age to be judged.
        let tidying = LogTidying(
            top: data.place.logsFolder, retention: retention, listed: Set(attempts.keys), now: seconds,
            byAge: trust == .trusted || retention.longest == .zero)
        do {
            logTidying.lookout = try lookOut(patience: Self.tidyingPatience) { output in
                _ = nice(10)
                let summary = tidying.run()
                _ = "done \(summary.deleted) \(summary.bytes)\n".withCString { Glibc.write(output, $0, strlen($0)) }
            } finished: { [weak self] outcome, _ in
                self?.logTidying.lookout = nil
                guard case .text(let text) = outcome, text.hasPrefix("done ") else {
                    self?.warn("old logs could not be deleted in time; it is tried again every hour")
                    return
                }
            }
        } catch {
            warn("old logs could not be looked for (\(error.text)); it is tried again every hour")
        }
    }

    /// A disk may be slow; one that is dead takes nothing with it.
    private static let tidyingPatience = 15 * 60_000

    /// An attempt's logs have come to stay.
    func logsHaveCome(_ folder: AttemptFolder) {
        for file in AttemptFolder.logs {
            logTidying.come += Int64(Files.ownStatus(folder.file(file))?.st_blocks ?? 0) * 512
        }
        guard logTidying.come >= LogRetention.enough else { return }
        logTidying.dueAt = min(logTidying.dueAt, now + configuration.logRetention.youngest.milliseconds)
    }

    /// What is said of logs that are gone.
    var keptWords: String {
        configuration.logRetention.words(onBytes: Files.sizeOfFileSystem(data.place.logsFolder))
    }
}
