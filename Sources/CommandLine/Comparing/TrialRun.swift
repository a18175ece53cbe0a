import ArgumentParser
import FleetModel
import Foundation
import WireClient
import WireModel

/// `carrel run --trial`: the first minute on the cheapest device, so that an error shows before the long wait.
enum TrialRun {
    /// How long it may take; whoever gets that far has made a few steps.
    static let time = TimeSpan.seconds(60)

    /// Returns if the program came to its end, or was still at it when its time was over. Ends with its code if it failed.
    static func run(_ wanted: NewRequest, in folder: String?, _ client: CheckoutClient) async throws {
        var request = wanted
        let place = try await cheapest(client, wanted)
        request.name = "trial: \(wanted.name ?? wanted.command.first ?? "")"
        request.gpus = place == "cpu" ? "0" : place + ":1"
        request.time = "\(time.milliseconds / 1_000)s"
        request.profile = nil
        request.reservation = nil
        request.requeue = nil
        request.warnBefore = nil
        request.takesInput = nil
        request.environment = (wanted.environment ?? []) + ["CARREL_TRIAL=1"]
        Exit.say("a trial of \(time.text) at most on \(place == "cpu" ? "the processor alone" : place) first")
        let trial = try await ShortRun.run(request, at: place, in: folder, client)
        if trial.isDone || trial.isCut {
            return Exit.say(
                "the trial \(trial.isDone ? "came to its end" : "ran for its \(time.text)") without an error; now the whole run"
            )
        }
        Exit.say("the trial failed, and nothing waits for a GPU: \(trial.end.words)\nIts last words:")
        for line in await SessionOpener(client: client, id: trial.end.id, json: false).lastWords(of: trial.end) {
            Exit.say(line)
        }
        Exit.say("All of its output: carrel logs \(trial.end.id)")
        throw ExitCode(trial.end.exitCode.flatMap { $0 == 0 ? nil : $0 } ?? 1)
    }

    /// The free GPU with the least memory, for work that wants one; else none: waiting is what a trial saves.
    private static func cheapest(_ client: CheckoutClient, _ wanted: NewRequest) async throws(ClientError) -> String {
        guard wanted.gpus != "0" else { return "cpu" }
        let list = try await client.get("/v1/devices", as: DeviceList.self)
        let free = list.devices.filter { $0.state == "free" }
        // What is known not to fit says nothing about the program.
        let asked = wanted.gpus.flatMap { try? DeviceSelector(parsing: $0) }?.memoryAtLeast?.bytes ?? 0
        let need = max(wanted.forecast?.memoryBytes?.expected ?? 0, Int64(Double(asked) * 0.93))
        let large = free.filter { Double($0.memoryBytes) * 0.94 >= Double(need) }
        return (large.isEmpty ? free : large).min { $0.memoryBytes < $1.memoryBytes }?.model ?? "cpu"
    }
}
