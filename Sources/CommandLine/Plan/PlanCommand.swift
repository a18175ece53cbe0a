package import ArgumentParser

/// `carrel plan`: before anybody waits or pays.
package struct PlanCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Does it fit, which GPU, a GPU at all, own or rent: without a server, offline.",
        discussion: """
            Every figure is a range or carries its source. Nothing here asks a server or the network, but plan cost with --keep, \
            --kept and --forget.

            Examples:
              carrel plan fit llama-3.1-8b --method lora --gpu rtx4090
              carrel plan fit resnet50 --method full --batch 128 --samples 1.28M --epochs 90
              carrel plan gpu --for research --budget 5000
              carrel plan device matmul --size 500
              carrel plan cost --gpu h100 --gpus 8
              carrel plan compare a100 mi100 rtx4090
            """,
        subcommands: [
            PlanFitCommand.self, PlanGPUCommand.self, PlanDeviceCommand.self, PlanCostCommand.self, PlanCompareCommand.self,
            PlanSpeedCommand.self,
        ])

    package init() {}
}
