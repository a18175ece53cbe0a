import Foundation
import Glibc
import Testing

/// A disk of one's own can be mounted by root only.
private let canMount = geteuid() == 0

@Suite("A full disk", .enabled(if: canMount, "mounting a small disk needs root"))
struct FullDiskTests {
    @Test("new work is refused in words, leases come back, and all is well when there is room again")
    func full() async throws {
        let site = try Site()
        let mount = try ChildProcess(["mount", "-t", "tmpfs", "-o", "size=64m,mode=0711", "tmpfs", site.directory])
        try #require(await mount.exitCode() == 0, "\(mount.errors)")
        do {
            try await site.up()
            let id = try await site.detach("--", "sleep", "600")
            try await site.untilState(id, "running")
            let filler = site.directory + "/filler"
            let fill = try ChildProcess(["dd", "if=/dev/zero", "of=\(filler)", "bs=64k"])
            #expect(await fill.exitCode() != 0)
            // What is left in SQLite's files may take one more; soon nothing does.
            try await eventually("new work is refused") {
                let refused = try await site.carrel("run", "--gpus", "0", "--", "true")
                return refused.code == 1 && refused.errors.contains("Free some room")
            }
            let small = #"{"command":["true"],"directory":"/","gpus":"0"}"#
            try await Examiner(site).call("POST /v1/requests", body: small, expecting: 507)
            let backup = try await site.carrel("backup", "/var/tmp/carrel-no-backup-\(UUID().uuidString)")
            #expect(backup.code == 1 && backup.errors.contains("kept for leases that come back"), "\(backup.errors)")
            #expect(try await site.carrel("return", "\(id)").code == 0)
            try await site.untilState(id, "closed")
            #expect(try await site.carrel("doctor").output.contains("full"))
            unlink(filler)
            try await eventually("work is taken in again") {
                try await site.carrel("run", "--gpus", "0", "--", "true").code == 0
            }
            #expect(try await site.carrel("doctor", "--deep").code == 0)
        } catch {
            await site.clear()
            await Self.unmount(site)
            throw error
        }
        await site.clear()
        await Self.unmount(site)
    }

    private static func unmount(_ site: Site) async {
        _ = await (try? ChildProcess(["umount", "--lazy", site.directory]))?.exitCode()
        rmdir(site.directory)
    }
}
