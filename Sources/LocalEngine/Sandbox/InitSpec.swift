import CLinux
import EngineInterface
import FleetModel
import Glibc

/// What carrel-init reads from its memory file; laid out as in `carrel-init/init.h`. It is handed over by descriptor,
/// so that neither a command line nor a file shows what may be secret.
enum InitSpec {
    private static let magic: UInt32 = 0x3153_4943
    private static let dropsIdentity: UInt32 = 1
    private static let takesInput: UInt32 = 2
    private static let hasTerminal: UInt32 = 4
    private static let isShell: UInt32 = 8
    private static let listensOnSocket: UInt32 = 16
    private static let listensOnPort: UInt32 = 32

    private static func flags(_ work: WorkOrder, _ identity: WorkIdentity) -> UInt32 {
        var flags = (identity.mustDrop ? dropsIdentity : 0) | (work.takesInput ? takesInput : 0)
        if let terminal = work.terminal {
            flags |= hasTerminal | (terminal.isShell ? isShell : 0)
            flags |= UInt32(terminal.size.rows & 0xfff) << 8 | UInt32(terminal.size.columns & 0xfff) << 20
        }
        switch work.door {
        case nil: break
        case .socket: flags |= listensOnSocket
        case .port: flags |= listensOnPort
        }
        return flags
    }

    static func bytes(for order: LaunchOrder, _ plan: LaunchPlan) -> [UInt8] {
        bytes(
            for: order, directory: plan.directory, plan.identity, plan.software, teamFolder: plan.folders.team)
    }

    static func bytes(
        for order: LaunchOrder, directory: String, _ identity: WorkIdentity, _ software: WorkSoftware? = nil,
        teamFolder: String? = nil
    ) -> [UInt8] {
        let variables = WorkEnvironment.variables(for: order, identity, software, teamFolder: teamFolder)
        var strings: [UInt8] = []
        for text in [directory] + order.work.command + variables { strings += Array(text.utf8) + [0] }
        let numbers = [
            magic, identity.uid, identity.gid, flags(order.work, identity), UInt32(identity.groups.count),
            UInt32(order.work.command.count),
            UInt32(variables.count), UInt32(strings.count),
        ]
        return (numbers + identity.groups).flatMap { number in withUnsafeBytes(of: number) { Array($0) } } + strings
    }

    static func memoryFile(_ bytes: [UInt8]) throws(SystemFailure) -> Descriptor {
        let file = Descriptor(try checked(linux_memory_file("carrel-spec"), "create a memory file"))
        try file.write(bytes, doing: "write a memory file")
        // bubblewrap reads its arguments from where the file stands.
        guard lseek(file.number, 0, SEEK_SET) == 0 else { throw SystemFailure("rewind a memory file") }
        return file
    }
}
