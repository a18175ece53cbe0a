/// What a node says that it has: an observation, repeated at every start and whenever it changes.
package struct NodeReport: Hashable, Codable, Sendable {
    package let node: NodeName
    /// The boot that this was seen in; another one means that every process of before is gone.
    package let bootID: String
    package let cores: MilliCores
    package let memory: MemoryBytes
    /// In order of their keys, each once.
    package let devices: [Device]
    /// `links[i][j]`: how well device i reaches device j, larger is better, 0 unknown; empty when nothing is known.
    /// The scale is NVIDIA's allocator's: 10 across sockets … 60 same board, 100 for each NVLink.
    package let links: [[Int]]

    package init(
        node: NodeName, bootID: String, cores: MilliCores, memory: MemoryBytes, devices: [Device], links: [[Int]] = []
    ) {
        self.node = node
        self.bootID = bootID
        self.cores = cores
        self.memory = memory
        let sorted = devices.indices.sorted { (devices[$0].key, $0) < (devices[$1].key, $1) }
        let order = sorted.indices.filter { $0 == 0 || devices[sorted[$0]].key != devices[sorted[$0 - 1]].key }.map {
            sorted[$0]
        }
        self.devices = order.map { devices[$0] }
        let complete = links.count == devices.count && links.allSatisfy { $0.count == devices.count }
        self.links = complete ? order.map { row in order.map { links[row][$0] } } : []
    }
}
