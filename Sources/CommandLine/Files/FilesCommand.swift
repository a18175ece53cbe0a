package import ArgumentParser

/// `carrel files`: files on the server's machine, of one's own and of one's team.
package struct FilesCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "files", abstract: "List, send, fetch, move and remove files where work finds them.",
        discussion: """
            my/ is your own folder: your home on the server's machine, or a folder that is kept for you, and HOME of your work. \
            teams/NAME/ is your team's: every member reads and writes all of it, and work finds it by $CARREL_TEAM_FOLDER. It goes \
            to a server on another machine as well.

            Examples:
              carrel files
              carrel files put data.csv my/data/
              carrel files list my/data
              carrel files get my/results/model.pt
              carrel files use
            """,
        subcommands: [
            FilesListCommand.self, FilesPutCommand.self, FilesGetCommand.self, FilesMakeCommand.self,
            FilesMoveCommand.self, FilesRemoveCommand.self, FilesUseCommand.self,
        ], defaultSubcommand: FilesListCommand.self)

    package init() {}
}
