import CLinux
import EngineInterface
import FleetModel
import Foundation
import Glibc

/// What a launch needs to know from places that may never answer: a directory service (who is the user?), a file
/// server (is the work's folder there?) and a driver (which nodes have its devices?). A child asks them, so that only this one launch waits.
enum LaunchScout {
    /// What the child says, a line each, in this order.
    enum Step: Codable {
        case identity(WorkIdentity)
        case folders(WorkFolders)
        /// The open directory comes with it.
        case directory
        case software(WorkSoftware)
        /// One of the data sets, in their order; its open folder, or that of its copy, comes with it.
        case data(DataCopyState)
        /// Read from the driver, which may hang.
        case nodes([DeviceNodes.Node])
        case failure(LaunchFailure)
    }

    struct Findings {
        let folders: WorkFolders
        /// The work's directory, opened with the rights of its user.
        let directory: Descriptor
        let nodes: [DeviceNodes.Node]
        /// nil: none was asked for.
        let software: WorkSoftware?
        /// In the order that they were asked for in.
        let data: [WorkData]
    }

    enum Trouble: Error {
        /// The work can't begin.
        case failure(LaunchFailure)
        /// Another time it may go well.
        case exhausted(String)
        case late(String)
        /// The child ended before it had said all: what it called took it along, or the kernel needed its memory.
        case crashed(String)
    }

    /// In the child.
    static func look(
        _ order: LaunchOrder, _ configuration: LauncherConfiguration, _ service: ServiceIdentity, _ data: DataDirectory,
        output: Int32
    ) {
        do throws(LaunchFailure) {
            let identity = try WorkIdentity.find(for: order, configuration, service: service)
            say(.identity(identity), [], output)
            let kept = KeptFolders(data: data, configuration: configuration)
            let folders = try WorkFolders.find(for: order, identity, kept)
            say(.folders(folders), [], output)
            let directory = try open(order.work.directory, folders)
            say(.directory, [directory], output)
            if let use = order.work.software {
                say(.software(try WorkSoftware.find(use, for: order, folders, data)), [], output)
            }
            for grant in order.data ?? [] {
                let opened = try WorkData.open(grant, identity, data, takesCopy: order.work.copying == nil)
                say(.data(opened.copy), [opened.folder], output)
            }
            say(.nodes(try DeviceNodes.needed(for: order.devices, configuration)), [], output)
        } catch {
            say(.failure(error), [], output)
        }
    }

    private static func say(_ step: Step, _ descriptors: [Int32], _ output: Int32) {
        guard let line = try? JSONEncoder().encode(step) else { return }
        var rest = ([UInt8](line) + [UInt8(ascii: "\n")])[...], passed = descriptors
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { linux_send(output, $0.baseAddress, $0.count, passed, passed.count, true) }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
            passed = []
        }
    }

    private static func open(_ path: String, _ folders: WorkFolders) throws(LaunchFailure) -> Int32 {
        let number = folders.open(path)
        switch -number {
        case ...0: return number
        case ENOENT, ENOTDIR: throw .directoryMissing(path: path)
        default: throw .directoryForbidden(path: path, user: folders.identity.text)
        }
    }

    /// In the launcher: what the child has found, or what kept it from finding it.
    static func judge(_ outcome: Lookout.Outcome, _ lookout: Lookout, _ order: LaunchOrder) throws(Trouble) -> Findings {
        var identity: WorkIdentity?, folders: WorkFolders?, software: WorkSoftware?, hasDirectory = false
        var copies: [DataCopyState] = []
        for line in lookout.text.split(separator: "\n") {
            switch try? JSONDecoder().decode(Step.self, from: Data(line.utf8)) {
            case .identity(let found): identity = found
            case .folders(let found): folders = found
            case .failure(let failure): throw .failure(failure)
            case .directory: hasDirectory = true
            case .software(let found): software = found
            case .data(let copy): copies.append(copy)
            case .nodes(let nodes):
                guard let folders else { break }
                let asked = order.data ?? []
                guard let directory = lookout.descriptors.first, lookout.descriptors.count == asked.count + 1,
                    copies.count == asked.count
                else {
                    throw .exhausted("the launcher has no room for another open file")
                }
                let data = zip(zip(asked, copies), lookout.descriptors.dropFirst()).map {
                    WorkData(name: $0.0.name, folder: $1, original: $0.0.folder ?? "", copy: $0.1)
                }
                return Findings(folders: folders, directory: directory, nodes: nodes, software: software, data: data)
            case nil: break
            }
        }
        let who = order.work.uid.map { "the Unix user \($0)" } ?? "the account \(order.user.name)"
        guard case .timedOut = outcome else {
            if hasDirectory { throw .crashed("the look at the device nodes crashed") }
            throw .crashed(
                identity == nil
                    ? "the look-up of \(who) crashed: a module of the machine's name service (nsswitch.conf) may be broken"
                    : "the look at the folder \(order.work.directory) crashed")
        }
        if identity == nil {
            throw .late("\(who) could not be looked up in time: the machine's directory service does not answer")
        }
        if folders == nil {
            throw .late("the home of \(who) could not be looked at in time: its file system does not answer")
        }
        if hasDirectory, software == nil, order.work.software != nil {
            throw .late("the environment could not be looked up in time: its file system does not answer")
        }
        if hasDirectory, copies.count < order.data?.count ?? 0 {
            throw .late("the data sets could not be looked up in time: their file system does not answer")
        }
        if hasDirectory { throw .late("the nodes of its devices could not be found in time: the driver does not answer") }
        throw .late("the folder \(order.work.directory) could not be opened in time: its file system does not answer")
    }
}

extension WorkIdentity {
    /// For messages: the user's name, or the number.
    var text: String { name ?? "uid \(uid)" }
}
