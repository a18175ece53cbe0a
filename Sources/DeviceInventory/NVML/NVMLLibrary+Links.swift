import CNVML

/// The calls that say how GPUs reach each other.
extension NVMLLibrary {
    /// What a GPU's NVLinks lead to.
    struct NVLinks {
        /// The PCI addresses at the other ends of links between GPUs, one for each link.
        var peers: [String] = []
        /// Links into NVSwitches, which join every GPU that is on them.
        var switched = 0

        /// Links between two GPUs: those that join them, and those that both have into switches.
        func count(to other: NVLinks, at address: String) -> Int {
            peers.count { $0 == address } + min(switched, other.switched)
        }
    }

    /// How near two GPUs are in the PCIe tree, scored; 0: not known.
    func pathScore(_ one: cnvml_device, _ other: cnvml_device) throws(NVMLFailure) -> Int {
        var level: UInt32 = 0
        let known: Void? = try whereSupported { () throws(NVMLFailure) in
            try call("nvmlDeviceGetTopologyCommonAncestor", as: cnvml_ancestor_call.self) { $0(one, other, &level) }
        }
        return known == nil ? 0 : LinkScore.path(ancestor: level)
    }

    /// A GPU's NVLinks that are up. A link that it hasn't got, or that can't be read, is not counted.
    func nvlinks(_ device: cnvml_device) -> NVLinks {
        var links = NVLinks()
        for link in 0..<UInt32(cnvml_most_nvlinks) {
            var isUp: UInt32 = 0
            let known: Void? = try? call("nvmlDeviceGetNvLinkState", as: cnvml_link_number_call.self) {
                $0(device, link, &isUp)
            }
            guard known != nil, isUp == 1 else { continue }
            if leadsToSwitch(device, link) {
                links.switched += 1
            } else if let peer = peer(device, link) {
                links.peers.append(peer)
            }
        }
        return links
    }

    private func leadsToSwitch(_ device: cnvml_device, _ link: UInt32) -> Bool {
        var type: UInt32 = 0
        let known: Void? = try? call("nvmlDeviceGetNvLinkRemoteDeviceType", as: cnvml_link_number_call.self) {
            $0(device, link, &type)
        }
        return known != nil && type == 2
    }

    private func peer(_ device: cnvml_device, _ link: UInt32) -> String? {
        var pci = cnvml_pci()
        let names = ("nvmlDeviceGetNvLinkRemotePciInfo_v2", "nvmlDeviceGetNvLinkRemotePciInfo")
        let known: Void? = try? call(names.0, names.1, as: cnvml_link_pci_call.self) { $0(device, link, &pci) }
        return known == nil ? nil : pci.address
    }
}
