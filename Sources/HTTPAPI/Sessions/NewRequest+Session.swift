import FleetModel
import WireModel

extension NewRequest {
    func sessionKind() throws(Problem) -> SessionKind? {
        guard let session else { return nil }
        guard let kind = SessionKind(rawValue: session.kind) else {
            throw .badInput("“\(session.kind.shown)” is no kind of session. There are: notebook, web.")
        }
        return kind
    }

    /// What runs: the user's own command, or the server's for a notebook.
    func fullCommand() throws(Problem) -> [String] {
        guard try sessionKind() == .notebook else { return command }
        guard command.isEmpty else {
            throw .badInput(
                "A notebook is started without a command; for a program of your own the kind of session is `web`.")
        }
        // Nobody keeps files in the root of the machine.
        return directory == "/" ? NotebookProgram.atHome : NotebookProgram.command
    }

    /// Where the work listens; nil: it is not entered.
    func door() throws(Problem) -> SessionDoor? {
        guard let kind = try sessionKind() else { return nil }
        guard terminal == nil, requeue != true else {
            throw .badInput("A session is entered through the browser: it goes with neither a terminal nor `requeue`.")
        }
        guard let port = session?.port else { return .socket }
        guard kind == .web else { throw .badInput("A notebook chooses its own place to listen; leave `port` away.") }
        guard let number = UInt16(exactly: port), number > 0 else {
            throw .badInput("A port is a number from 1 to 65535; \(port) is none.")
        }
        return .port(number)
    }
}
