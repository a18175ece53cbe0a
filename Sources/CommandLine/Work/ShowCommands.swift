package import ArgumentParser
import WireClient
import FleetModel
import Foundation
import WireModel

/// `carrel show`: one request, whole.
package struct ShowCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one request and its lease.")

    @Argument(help: "The request's number.")
    package var id: Int64

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            let view = try await client.get("/v1/requests/\(id)", as: RequestView.self)
            var details = view.details
            if !output.isData, view.lease?.devices.isEmpty == false { details.rows += await use(view, client) }
            try output.show(view, details, csv: .fields)
        }
    }

    /// What its GPUs did over its time; nothing where that is not kept, or not known by an older server.
    private func use(_ view: RequestView, _ client: CheckoutClient) async -> [[String]] {
        guard let lease = view.lease, let from = Timestamp(utcText: lease.grantedAt) else { return [] }
        let until =
            lease.endedAt.flatMap { Timestamp(utcText: $0) }
            ?? Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        let step = max(1, ((until - from).milliseconds / 1_000 + 39) / 40)
        let path = "/v1/leases/\(id)/telemetry?step=\(min(86_400, step))"
        do throws(ClientError) {
            let isOver = view.state == "closed"
            var rows = try await client.get(path, as: TelemetrySeries.self).rows(
                unicode: Glyphs.areUnicode, isOver: isOver)
            if isOver {
                rows.append(["energy", try await client.get("/v1/leases/\(id)/receipt", as: ReceiptView.self).energy])
            }
            return rows
        } catch { return [] }
    }
}

/// `carrel why`: the reason in words.
package struct WhyCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Say why a request waits, or why it got its GPUs when it did.")

    @Argument(help: "The request's number.")
    package var id: Int64

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            let why = try await client.get("/v1/requests/\(id)/why", as: WhyView.self)
            let sentences = Table([""], why.sentences.map { [$0] }, whenEmpty: "Nothing is known about it.")
            try output.show(why, sentences, csv: .fields)
        }
    }
}

/// `carrel receipt`: the proof of a return.
package struct ReceiptCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "receipt", abstract: "Show the receipt of a lease: what was checked when its GPUs came back.")

    @Argument(help: "The lease's number.")
    package var id: Int64

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            // A lease that is just ending gets a moment.
            let view = try await client.get("/v1/requests/\(id)?unless=verifying&wait=10", as: RequestView.self)
            let receipt = try await client.get("/v1/leases/\(view.id)/receipt", as: ReceiptView.self)
            try output.show(receipt, receipt.details, csv: .fields)
        }
    }
}

extension RequestView {
    var details: Table {
        var rows = [
            ["request", "\(id)  \(name)"], ["user", "\(user)  (team \(team))"], ["state", state], ["", words],
            ["progress", progress?.words ?? ""],
            ["asked for", "\(asked), for \(Spans.text(Double(durationSeconds)))"],
            ["submitted", LocalTime.text(submittedAt)],
        ]
        rows += forecast?.rows ?? []
        if let reservation { rows.append(["reservation", "\(reservation)"]) }
        rows.removeAll { $0 == ["progress", ""] }
        rows += wishRows
        if let lease {
            rows.append(["node", lease.node])
            for device in lease.devices { rows.append(["device", "\(device.uuid)  \(device.model)"]) }
            rows.append([
                "share",
                "\(lease.cores.short) core\(lease.cores == 1 ? "" : "s"), \(MemoryBytes(lease.memoryBytes).text) of memory",
            ])
            rows.append(["granted", LocalTime.text(lease.grantedAt)])
            if let started = lease.startedAt { rows.append(["started", LocalTime.text(started)]) }
            rows += lease.idle?.rows ?? []
            if let reclaim = lease.reclaim, ["starting", "running"].contains(state) {
                rows.append([
                    "taken back",
                    "for request \(reclaim.forRequest); its work is asked to end at \(LocalTime.text(reclaim.endsAt))",
                ])
            }
            rows.append(lease.endedAt.map { ["ended", LocalTime.text($0)] } ?? ["until", LocalTime.text(lease.endsAt)])
        }
        if let code = shownExitCode { rows.append(["exit code", "\(code)" + (shownEnd.map { "  (\($0))" } ?? "")]) }
        return Table(["", ""], rows, whenEmpty: "")
    }
}

extension RequestView {
    /// What its user wished for beside devices, and what is done for it.
    private var wishRows: [[String]] {
        var rows: [[String]] = []
        if let takesBack {
            rows.append([
                "takes back",
                "\(takesBack.count == 1 ? "lease" : "leases") \(takesBack.map(String.init).joined(separator: ", ")), for a team's guarantee",
            ])
        }
        if let data { rows.append(["data", data.joined(separator: ", ")]) }
        if let warnSignal {
            let before = warnBeforeSeconds.map { ", and \(Spans.text(Double($0))) before its time is over" } ?? ""
            rows.append(["signal", "\(warnSignal) when its end is announced\(before)"])
        }
        if let requeueOf {
            rows.append(["waits again", "for request \(requeueOf), first asked for as \(firstRequest ?? requeueOf)"])
        }
        if let requeuedAs { rows.append(["waits again", "as request \(requeuedAs)"]) }
        if requeues ?? false, requeuedAs == nil {
            rows.append(["requeue", "if it is taken back or drained, its node is lost or a GPU of it fails"])
        }
        return rows
    }
}

extension ReceiptView {
    var details: Table {
        var rows = [
            ["receipt", "lease \(id)  \(name)  of \(user)"], ["node", node],
        ]
        for device in devices { rows.append(["device", "\(device.uuid)  \(device.model)"]) }
        rows.append(["held", "\(LocalTime.text(grantedAt)) to \(LocalTime.text(closedAt))"])
        if !devices.isEmpty { rows.append(["GPU time", Spans.text(deviceSeconds)]) }
        rows.append(["exit code", "\(exitCode)  (\(endedBy.asWords))"])
        if !devices.isEmpty { rows.append(["energy", energy]) }
        if let progress { rows.append(["progress", progress.words]) }
        let each = [
            energyPerStepJoules.map { "\($0.short) J a step" }, energyPerSampleJoules.map { "\($0.short) J a sample" },
        ].compactMap(\.self)
        if !each.isEmpty { rows.append(["energy of it", each.joined(separator: ", ")]) }
        if let peakMemoryBytes { rows.append(["peak memory", MemoryBytes(peakMemoryBytes).text]) }
        rows += forecast?.rows ?? []
        if let meanUtilization {
            rows.append(["used", "\(meanUtilization) % on average, \(peakUtilization ?? meanUtilization) % at most"])
        }
        if let idleEvidence {
            rows.append(["returned", "because it was idle, since \(LocalTime.text(idleSince)). \(idleEvidence)"])
        }
        for incident in incidents ?? [] { rows.append(["incident", incident]) }
        for check in checks {
            let place = devices.count > 1 ? check.device.map { " on \($0)" } ?? "" : ""
            rows.append(["check", "\(check.result): \(check.check)\(place)" + (check.detail.map { " (\($0))" } ?? "")])
        }
        rows.append(["verdict", verdict + ". " + words])
        return Table(["", ""], rows, whenEmpty: "")
    }
}

extension Double {
    /// At most three digits after the point, none that say nothing.
    var short: String {
        let thousandths = Int64((self * 1_000).rounded())
        guard thousandths % 1_000 != 0 else { return "\(thousandths / 1_000)" }
        var text = "\(thousandths.magnitude % 1_000 + 1_000)".dropFirst()
        while text.last == "0" { text = text.dropLast() }
        return "\(thousandths / 1_000).\(text)"
    }
}

extension OutputOptions {
    /// A request that was just made: its number, or all of it.
    static func showRequest(_ view: RequestView, json: Bool) throws {
        if json {
            var options = OutputOptions()
            options.json = true
            try options.show(view, view.details, csv: .fields)
        } else {
            Terminal.write("\(view.id)\n")
        }
    }
}
