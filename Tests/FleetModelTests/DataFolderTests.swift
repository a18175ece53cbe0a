import FleetModel
import Testing

@Suite("Which folders may be data sets")
struct DataFolderTests {
    private func fault(_ path: String) -> DataFolderRule.Fault? {
        DataFolderRule.fault(of: path, dataDirectory: "/var/lib/carrel", masked: ["/run/user", "/var/lib/lxd/unix.socket"])
    }

    @Test(
        "folders of data may be one",
        arguments: [
            "/data", "/srv/imagenet", "/home/alice/corpus", "/mnt/nfs/a b", "/var/lib/datasets", "/opt/data", "/tmpx",
        ])
    func good(_ path: String) { #expect(fault(path) == nil) }

    @Test(
        "what the machine needs, what everybody writes to and what is Carrel's may not",
        arguments: [
            ("/", .tooMuch), ("/home", .tooMuch), ("/var/lib", .tooMuch), ("/etc", .system(place: "/etc")),
            ("/etc/ssl", .system(place: "/etc")), ("/proc/1", .system(place: "/proc")), ("/sys", .system(place: "/sys")),
            ("/dev/shm/x", .system(place: "/dev")), ("/root", .system(place: "/root")),
            ("/run/user/1000", .system(place: "/run")),
            ("/tmp", .passing(place: "/tmp")), ("/tmp/x", .passing(place: "/tmp")), ("/var/lib/carrel", .dataDirectory),
            ("/var/lib/carrel/environments", .dataDirectory), ("/var/lib/lxd", .holds(place: "/var/lib/lxd/unix.socket")),
        ] as [(String, DataFolderRule.Fault)])
    func bad(_ path: String, _ expected: DataFolderRule.Fault) { #expect(fault(path) == expected) }

    @Test(
        "a path that is not plain is none",
        arguments: ["", "data", "./data", "/srv//x", "/srv/../etc", "/srv/./x", "/srv/x/", "/srv/\0x", "/srv/..", "//"])
    func unclear(_ path: String) { #expect(fault(path) == .notAbsolute) }

    @Test("a folder around the data directory would show it")
    func around() {
        let fault = DataFolderRule.fault(of: "/srv/all", dataDirectory: "/srv/all/carrel", masked: [])
        #expect(fault == .dataDirectory)
        #expect(DataFolderRule.fault(of: "/srv/all", dataDirectory: "/srv/allegro", masked: []) == nil)
    }

    @Test("a set is for its teams, or for everybody")
    func teams() {
        func set(_ teams: [String]) -> DataSet {
            DataSet(
                name: "x", folder: "/x", teams: teams.map { TeamName($0) }, addedBy: UserName("root"),
                addedAt: Timestamp(milliseconds: 0))
        }
        #expect(set([]).isFor(.everyone) && set([]).isFor(TeamName("vision")))
        #expect(set(["vision"]).isFor(TeamName("vision")) && !set(["vision"]).isFor(.everyone))
        #expect(set(["b", "a", "b"]).teams == [TeamName("a"), TeamName("b")])
    }
}
