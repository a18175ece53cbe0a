package import ArgumentParser

/// `carrel env`: environments of software that work starts in.
package struct EnvCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "env", abstract: "Make, list and remove environments: a Python with what your work needs.",
        discussion: """
            An environment is made by work without a GPU: it waits its turn, has a log, and ends like any other. JupyterLab is in \
            each. `carrel run --env NAME` and `carrel shell --env NAME` start in one; a folder with a venv or a conda environment \
            of yours does as well: --env ./.venv

            Examples:
              carrel env create torch --with pytorch
              carrel env create stats --with numpy --with pandas==2.3.3
              carrel run --env torch -- python train.py
              carrel env remove stats
            """,
        subcommands: [EnvListCommand.self, EnvCreateCommand.self, EnvShowCommand.self, EnvRemoveCommand.self],
        defaultSubcommand: EnvListCommand.self)

    package init() {}
}
