import DevicePolicy
import FleetModel
import Testing

@Suite struct ForeignTests {
    private func foreign(_ processes: [DeviceProcess]?, leased: [Int32] = []) -> [Int32] {
        Foreign.processes(in: wellReading { $0.processes = processes }, leased: leased).map(\.pid)
    }

    @Test func theLeasesOwnAndTheDriversDaemonsAreNotForeign() {
        let listed = [
            process(30), process(20), process(10, "/usr/bin/nvidia-persistenced --user x", by: "nvidia-persistenced"),
            process(11, "nvidia-persiste", by: "root"), process(12, "/usr/lib/xorg/Xorg", by: "gdm"), process(20),
        ]
        #expect(foreign(listed, leased: [30]) == [20])
        #expect(foreign(nil) == [] && foreign([]) == [])
    }

    @Test func aNameIsNoProofAndNoNameIsNone() {
        #expect(foreign([process(5, "nv-hostengine", by: "mallory")]) == [5])
        #expect(foreign([process(5, "nv-hostengine", by: nil)]) == [])
        #expect(foreign([process(5, "/home/mallory/Xorg", by: "mallory"), process(6, "Xorg", by: "root")]) == [5])
        #expect(foreign([process(5, nil)]) == [5])
        #expect(foreign([process(5, "")]) == [5])
        #expect(foreign([process(5, "nvidia", by: "root")]) == [5])
    }

    @Test func aDisplayServerIsAllowedForWhoRunsTheScreenAlone() throws {
        func allows(_ program: String, _ user: String, _ allowed: AllowedPrograms = .usual) -> Bool {
            allowed.contains(process(5, "/usr/bin/\(program)", by: user))
        }
        #expect(allows("Xorg", "root") && allows("gnome-shell", "gdm"))
        #expect(!allows("Xorg", "alice") && !allows("gnome-shell", "alice"))
        let told = try #require(AllowedPrograms.usual.adding("gnome-shell=alice"))
        #expect(allows("gnome-shell", "alice", told) && !allows("gnome-shell", "bob", told))
        #expect(allows("Hyprland", "bob", try #require(told.adding("Hyprland=bob"))))
        for wrong in ["", "Hyprland", "=alice", "a=", "a=b,", "/usr/bin/Xorg"] {
            #expect(told.adding(wrong) == nil, "\(wrong)")
        }
    }
}
