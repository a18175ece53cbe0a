import CLinux
import Glibc

/// The process that does things to somebody's files, as that user: it answers one question after the other until nobody asks
/// any more.
package enum FileServant {
    /// How long the other end may keep silent, or take nothing, before this process ends.
    private static let patience: Int = 120

    /// - Parameter arguments: the folder, whom new files are shared with, and the number of the user to become; `-`: this process
    ///   is whom it shall be.
    package static func main(_ arguments: [String]) -> Never {
        guard arguments.count == 3, let sharing = FileActs.Sharing(rawValue: arguments[1]) else { _exit(64) }
        // The way to a team's folder is closed to its members; what is in it is opened with their rights, below.
        let held = sharing == .team ? OpenFile.holding(arguments[0]) : nil
        become(arguments[2])
        // A tree made for it must not take the machine's memory: this process is in no lease's bounds.
        var most = rlimit(rlim_cur: 1 << 30, rlim_max: 1 << 30)
        setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &most)
        serve(STDIN_FILENO, held ?? OpenFile.holding(arguments[0]), sharing)
        _exit(0)
    }

    /// Its user may not look into it, from the first moment on: what it says to the server is its own.
    private static func become(_ user: String) {
        guard user != "-" else { return linux_be_private() }
        guard let uid = UInt32(user), uid != 0, linux_become_private(uid) == 0 else { _exit(71) }
    }

    /// Answers on a socket until its other end is closed.
    package static func serve(_ socket: Int32, root: String, _ sharing: FileActs.Sharing) {
        serve(socket, OpenFile.holding(root), sharing)
    }

    private static func serve(_ socket: Int32, _ root: Result<OpenFile, FileFault>, _ sharing: FileActs.Sharing) {
        var patience = timeval(tv_sec: patience, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(socket, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        let channel = FileChannel(socket)
        let acts = root.map { FileActs(root: $0, sharing: sharing) }
        do throws(FileFault) {
            while true {
                let question = try channel.receive(FileQuestion.self)
                try answer(question, acts, channel)
            }
        } catch {
            // Nobody listens any more; a file that was not whole is gone with this process.
        }
    }

    private static func answer(
        _ question: FileQuestion, _ acts: Result<FileActs, FileFault>, _ channel: FileChannel
    ) throws(FileFault) {
        let next: Next
        do throws(FileFault) { next = try act(question, try acts.get()) } catch { next = .say(.fault(error)) }
        // What is wrong from here on ends the talk: among the bytes of a file no words can be told from them.
        switch next {
        case .say(let answer): try channel.send(answer)
        case .give(let file, let entry): try send(file, entry, channel)
        case .take(let draft): try take(draft, channel)
        }
    }

    /// What follows from a question.
    private enum Next {
        case say(FileAnswer)
        case give(OpenFile, FileEntry)
        case take(FileDraft)
    }

    private static func act(_ question: FileQuestion, _ acts: FileActs) throws(FileFault) -> Next {
        switch question {
        case .list(let path, let after, let limit): return .say(.list(try acts.list(path, after: after, limit: limit)))
        case .look(let path): return .say(.entry(try acts.look(at: path)))
        case .makeFolder(let path): return .say(.entry(try acts.makeFolder(path)))
        case .remove(let path, let recursive): return .say(.removed(try acts.remove(path, recursive: recursive)))
        case .move(let path, let new, let replace):
            return .say(.entry(try acts.move(path, to: new, replace: replace)))
        case .use(let path): return .say(.use(try acts.use(of: path)))
        case .read(let path):
            let (file, entry) = try acts.read(path)
            return .give(file, entry)
        case .write(let path, let replace, let bytes):
            return .take(try acts.write(path, replace: replace, bytes: bytes))
        }
    }

    /// As many bytes as were promised: one that becomes longer meanwhile is cut, and one that becomes shorter ends the talk.
    private static func send(_ file: OpenFile, _ entry: FileEntry, _ channel: FileChannel) throws(FileFault) {
        try channel.send(FileAnswer.contents(entry))
        var left = entry.bytes
        var part = [UInt8](repeating: 0, count: FileChannel.longestPiece)
        while left > 0 {
            let wanted = Int(min(left, Int64(part.count)))
            let count = read(file.number, &part, wanted)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .cutOff }
            try channel.send(part[..<count])
            left -= Int64(count)
        }
    }

    private static func take(_ draft: FileDraft, _ channel: FileChannel) throws(FileFault) {
        try channel.send(FileAnswer.ready)
        var fault: FileFault?
        while true {
            let piece = try channel.receivePiece()
            if piece.isEmpty { break }
            // After a fault the rest is taken and let go, until whoever sends it has heard of it.
            guard fault == nil else { continue }
            do throws(FileFault) {
                try draft.write(piece)
            } catch {
                fault = error
                try channel.send(FileAnswer.fault(error))
            }
        }
        guard fault == nil else { return }
        let answer: FileAnswer
        do throws(FileFault) {
            let (entry, replaced) = try draft.finish()
            answer = .written(entry, replaced: replaced)
        } catch { answer = .fault(error) }
        try channel.send(answer)
    }
}
