import CLinux
import EngineInterface
import FleetModel
import Foundation
import Glibc

/// Who has devices' nodes open. Two lookouts: one goes through all processes, the other says who they are that it found.
extension LauncherLoop {
    enum HolderAnswer {
        case picture(HolderPicture)
        case notKnown(reason: String)
    }

    /// Answers `EngineDriver.holders`.
    func tellHolders(of devices: [Device], replyTo id: UInt64) {
        // Of a slice the node doesn't tell who uses it.
        lookForHolders(of: devices.filter { !DeviceNodes.sharesNode($0) }) { [weak self] answer in
            guard let self else { return }
            switch answer {
            case .notKnown(let reason): reply(id, .failed(reason))
            case .picture(let picture):
                let works = works
                let holders = devices.flatMap { device in
                    picture.holders(of: device.key).map { facts in
                        DeviceHolder(
                            device: device.key, pid: facts.pid, user: facts.user, command: facts.command,
                            startedAt: facts.startedAt.map(Timestamp.init(milliseconds:)),
                            attempt: attempt(of: facts.pid, works))
                    }
                }
                let found = picture.found
                let unknown = devices.map(\.key).filter { found.nodes.numbers[$0] == nil }
                reply(
                    id,
                    .holders(
                        DeviceHolders(
                            holders: holders, hiddenProcesses: found.denied + found.unread, unknown: unknown)))
            }
        }
    }

    /// A machine may be too busy for a moment, or a process just ending: a search that comes to no end is made again, after a
    /// pause twice as long each time.
    func lookForHolders(of devices: [Device], count: Int = 1, _ finished: @escaping (HolderAnswer) -> Void) {
        let real = devices.filter { !$0.isSimulated }
        guard !real.isEmpty else { return finished(.picture(HolderPicture(found: .init(), holders: []))) }
        let own = Set(helpers.keys), configuration = configuration
        func again(_ last: () -> HolderAnswer) {
            guard count < HolderSearch.mostTries else { return finished(last()) }
            let pause = HolderSearch.firstPause << Int64(count - 1)
            later.append(
                (now + pause, { [weak self] in self?.lookForHolders(of: devices, count: count + 1, finished) }))
        }
        func unfinished(_ reason: String) {
            again { .notKnown(reason: "\(reason) (tried \(count) times)") }
        }
        func name(_ found: HolderSearch.Findings) {
            // Carrel's own helpers look at devices, and have them open: those of before, and those of now.
            let foreign = found.pairs.filter { !own.contains($0.pid) && helpers[$0.pid] == nil }
            guard !foreign.isEmpty else { return finished(.picture(HolderPicture(found: found, holders: []))) }
            identify(Set(foreign.map(\.pid)).sorted()) { [weak self] facts in
                guard let self else { return }
                guard let facts else { return unfinished("the processes that were found could not be looked at") }
                let gone = facts.values.contains { $0.isGone }
                let known = foreign.compactMap { pair in facts[pair.pid].map { (pair: pair, facts: $0) } }
                let left = known.filter { each in
                    !each.facts.isGone && !self.configuration.allowedHolders.contains { $0.admits(each.facts) }
                }
                // One that has ended may have handed the node on to another one that was not there yet.
                guard gone, left.isEmpty else { return finished(.picture(HolderPicture(found: found, holders: left))) }
                again { .picture(HolderPicture(found: found, holders: known.filter(\.facts.isGone))) }
            }
        }
        guard lingering < HolderSearch.mostLingering else {
            return finished(.notKnown(reason: "\(lingering) searches hang in a driver or a file system and can't be ended"))
        }
        do {
            let search = try lookOut { output in
                let nodes = FoundNodes.look(for: real, configuration), passedOver = Array(own)
                let told = Descriptor(output)
                guard let line = nodes.line, (try? told.write(line, doing: "tell")) != nil else { return }
                // A node that several devices share is looked for once.
                let numbers = Set(nodes.numbers.values).sorted()
                withExtendedLifetime(told) {
                    linux_scan_holders(numbers, numbers.count, passedOver, passedOver.count, told.number)
                }
            } finished: { outcome, _ in
                switch HolderSearch(outcome, number: { linux_device($0, $1) }) {
                case .unfinished(let reason): unfinished(reason)
                case .found(let found): name(found)
                }
            }
            search.isSearch = true
        } catch {
            unfinished(error.text)
        }
    }

    /// Who processes are; nil: it could not be found out.
    private func identify(_ pids: [Int32], _ finished: @escaping ([Int32: HolderFacts]?) -> Void) {
        do {
            try lookOut { output in
                let facts = pids.map(HolderFacts.gather)
                guard let line = try? JSONEncoder().encode(facts) else { return }
                try? Descriptor(output).write(line, doing: "tell")
            } finished: { outcome, _ in
                guard case .text(let text) = outcome,
                    let facts = try? JSONDecoder().decode([HolderFacts].self, from: Data(text.utf8))
                else { return finished(nil) }
                finished(Dictionary(facts.map { ($0.pid, $0) }) { first, _ in first })
            }
        } catch {
            finished(nil)
        }
    }
}
