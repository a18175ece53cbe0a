import Foundation
import Glibc
import Testing

/// A busy run of the real binary under `kill -9`, and what must hold when it is over.
final class TortureRun {
    /// What was asked for, and all that was done to it: what its end is judged by.
    struct Job {
        let key: String
        let id: Int
        let exit: Int
        let stubborn: Bool
        /// Seconds that its lease lasts; nil: longer than it runs.
        let limit: Int?
        var wasReturned = false
        var wasKilled = false
    }

    enum Strike: String, CaseIterable {
        case server, launcher, both, monitor, initial = "pid 1", client
    }

    let site: Site
    let evidence: Evidence
    private(set) var jobs: [Job] = []
    private(set) var strikes: [String: Int] = [:]
    private(set) var acts: [String: Int] = [:]
    private(set) var trace: [String] = []
    private var clients: [ChildProcess] = []
    private var random: TortureRandom
    private let mark: String
    private var nextKey = 0

    init(seed: UInt64, site: Site) throws {
        self.site = site
        random = TortureRandom(seed: seed)
        mark = "TORTURE=\(seed)-\(getpid())"
        evidence = try Evidence()
    }

    /// Acts and strikes until so many strikes hit.
    func run(strikes wanted: Int) async throws {
        while strikes.values.reduce(0, +) < wanted {
            switch random.number(0...9) {
            case 0...3: try await submit()
            case 4: try await giveBack()
            case 5: try await extend()
            case 6: try follow()
            default: try await strike()
            }
            // Mostly at once: what is struck shall be under way.
            if random.number(0...2) == 0 { try await Task.sleep(for: .milliseconds(random.number(1...200))) }
        }
    }

    /// Ends everything, and tells what doesn't hold.
    func violations() async throws -> [String] {
        for client in clients { _ = await client.exitCode(within: 60) }
        try await eventually("all work is over", within: 180) {
            let list = try? await self.site.json("ps")["requests"] as? [Any]
            return list?.isEmpty ?? false
        }
        var found: [String] = []
        for job in jobs { found += try await judge(job) }
        found += evidence.collisions
        let devices = try await site.json("gpus")["devices"] as? [[String: Any]] ?? []
        found += devices.filter { $0["state"] as? String != "free" }.map { "a device is not free: \($0)" }
        let doctor = try await site.carrel("doctor", "--deep")
        if doctor.code != 0 { found.append("doctor: \(doctor.output)") }
        let left = ProcessTable.work(mark: mark)
        found += left.map { "process \($0.pid) of lease \($0.lease ?? 0) is still there" }
        let all = try await site.json("ps", "--all")["requests"] as? [[String: Any]] ?? []
        let named = Dictionary(grouping: all, by: { $0["name"] as? String ?? "" })
        for job in jobs where named[job.key]?.count != 1 {
            found.append("\(job.key) was asked for once and is there \(named[job.key]?.count ?? 0) times")
        }
        return found
    }

    // MARK: What users do

    private func submit() async throws {
        nextKey += 1
        let key = "job-\(nextKey)", exit = random.number(0...99)
        let stubborn = random.number(0...3) == 0
        let limit = random.number(0...7) == 0 ? random.number(1...2) : nil
        let pause = stubborn ? "\(random.number(1...2))" : limit == nil ? "0.\(random.number(1...9))" : "30"
        let script = evidence.script(key: key, exit: exit, pause: pause, stubborn: stubborn)
        let gpus = ["0", "1", "1", "1", "2"][random.number(0...4)]
        var body: [String: Any] = [
            "name": key, "command": ["sh", "-c", script], "directory": "/", "gpus": gpus, "memory": "64MiB",
            "environment": ["PATH=/usr/bin:/bin", mark], "cpus": "0.1",
        ]
        if let limit { body["time"] = "\(limit)s" }
        let input = try String(decoding: JSONSerialization.data(withJSONObject: body), as: UTF8.self)
        // As a client does that isn't answered: the same again, under the same key.
        var answer = HTTPTests.Answer(status: 0, body: "")
        for _ in 0..<100 {
            answer = try await HTTPTests.curl(
                site, "/v1/requests", HTTPTests.post("", ["Idempotency-Key: \(key)"]), input: input)
            if (200...499).contains(answer.status) { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        let id = try #require(answer.json["id"] as? Int, "\(answer.status) \(answer.body)")
        note(
            "submit \(key) as \(id): \(gpus) GPUs, exit \(exit)\(stubborn ? ", stubborn" : "")\(limit.map { ", \($0) s" } ?? "")"
        )
        acts["submit", default: 0] += 1
        jobs.append(Job(key: key, id: id, exit: exit, stubborn: stubborn, limit: limit))
    }

    private func giveBack() async throws {
        guard let place = jobs.indices.suffix(8).randomElement(using: &random) else { return }
        // What is not answered may have been done all the same.
        jobs[place].wasReturned = true
        let answer = try await HTTPTests.curl(site, "/v1/leases/\(jobs[place].id)/return", ["-X", "POST"])
        note("return \(jobs[place].id): \(answer.status)")
        acts["return", default: 0] += 1
    }

    private func extend() async throws {
        guard let job = random.element(jobs.suffix(8).filter { $0.limit == nil }) else { return }
        let answer = try await HTTPTests.curl(
            site, "/v1/leases/\(job.id)/extend", HTTPTests.post(""), input: #"{"time":"1m"}"#)
        note("extend \(job.id): \(answer.status)")
        acts["extend", default: 0] += 1
    }

    private func follow() throws {
        guard let job = random.element(jobs.suffix(8)) else { return }
        clients.append(try site.start(["attach", "\(job.id)"]))
        note("attach \(job.id)")
        acts["attach", default: 0] += 1
    }

    // MARK: What strikes

    private func strike() async throws {
        guard let kind = Strike.allCases.randomElement(using: &random) else { return }
        switch kind {
        case .server:
            guard let server = try? site.serverPID else { return }
            Glibc.kill(server, SIGKILL)
        case .launcher:
            await site.killLauncher()
            try await site.up()
        case .both:
            guard let server = try? site.serverPID else { return }
            site.launcher?.kill(SIGKILL)
            Glibc.kill(server, SIGKILL)
            await site.killLauncher()
            try await site.up()
        case .monitor:
            guard let process = random.element(ProcessTable.work(mark: mark)),
                let monitor = ProcessTable.sandbox(of: process)?.monitor
            else { return }
            Glibc.kill(monitor.pid, SIGKILL)
        case .initial:
            guard let process = random.element(ProcessTable.work(mark: mark)), let lease = process.lease,
                let place = jobs.firstIndex(where: { $0.id == lease }),
                let initial = ProcessTable.sandbox(of: process)?.initial
            else { return }
            jobs[place].wasKilled = true
            Glibc.kill(initial.pid, SIGKILL)
        case .client:
            guard let client = clients.last(where: { !$0.isOver }) else { return }
            client.kill(SIGKILL)
        }
        note("kill -9 of the \(kind.rawValue)")
        strikes[kind.rawValue, default: 0] += 1
    }

    private func note(_ line: String) { trace.append(line) }

    // MARK: What must hold

    private func judge(_ job: Job) async throws -> [String] {
        let view = try await site.json("show", "\(job.id)")
        let state = view["state"] as? String ?? "", code = view["exitCode"] as? Int
        let endedBy = view["endedBy"] as? String ?? ""
        let begins = evidence.begins(job.key), ends = evidence.ends(job.key)
        func wrong(_ words: String) -> String {
            "\(job.key) (\(job.id)): \(words); state \(state), exit \(code.map { "\($0)" } ?? "none"), ended by \(endedBy), "
                + "\(begins) begins, \(ends) ends, asked for exit \(job.exit)"
        }
        if begins > 1 { return [wrong("it ran more than once")] }
        if state == "cancelled" {
            return job.wasReturned && begins == 0 ? [] : [wrong("it was cancelled, and nobody asked for that or it ran")]
        }
        guard state == "closed", let code else { return [wrong("it has no end")] }
        var found: [String] = []
        let log = try await site.carrel("logs", "\(job.id)").output
        if ends == 1 {
            // It came to its own end: its code stands, unless the lease's time was over by then.
            let allowed = [job.exit] + (job.limit == nil ? [] : [121])
            if !allowed.contains(code) { found.append(wrong("its exit code is lost")) }
            if log != "begin\nend\n" { found.append(wrong("its output is \(log.debugDescription)")) }
            return found
        }
        var allowed: [Int] = []
        if job.wasReturned { allowed += [143, 137] + (job.stubborn ? [5] : []) }
        if job.limit != nil { allowed += [121] + (job.stubborn ? [5] : []) }
        if job.wasKilled { allowed += [137] }
        if !allowed.contains(code) { found.append(wrong("nothing that was done to it explains this end")) }
        if begins == 1, !log.hasPrefix("begin\n") { found.append(wrong("its output is \(log.debugDescription)")) }
        return found
    }
}
