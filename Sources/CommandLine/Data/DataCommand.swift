package import ArgumentParser

/// `carrel data`: data sets that work reads.
package struct DataCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "data", abstract: "List data sets, which work is shown read-only, or add and remove them.",
        discussion: """
            Work that asks for a data set with --data NAME sees its folder at /dev/data/NAME, for reading only; CARREL_DATA \
            holds /dev/data. Administrators say which folders are data sets, and for whom.

            Examples:
              carrel data
              carrel run --data imagenet -- python train.py /dev/data/imagenet
              carrel data add imagenet /srv/imagenet --about "ILSVRC 2012" --team vision
              carrel data cache imagenet
              carrel data remove imagenet
            """,
        subcommands: [
            DataListCommand.self, DataShowCommand.self, DataAddCommand.self, DataSetCommand.self, DataCacheCommand.self,
            DataRemoveCommand.self,
        ],
        defaultSubcommand: DataListCommand.self)

    package init() {}
}
