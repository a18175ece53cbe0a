package import FleetModel

/// What a request asks of a node, whoever asks and for however long. Requests of one shape fit, or don't, together, so
/// that a pass asks once for each shape and not once for each request.
package struct Shape: Hashable, Sendable {
    package let resources: ResourceRequest

    package init(of request: ResourceRequest) {
        resources = ResourceRequest(
            devices: request.devices, cores: request.cores, memory: request.memory, reservation: request.reservation)
    }

    package var deviceCount: Int { resources.devices.count }
}

/// Any order will do, as long as fewer devices come first.
extension Shape: Comparable {
    package static func < (left: Shape, right: Shape) -> Bool {
        let mine = left.resources, other = right.resources
        if mine.devices.count != other.devices.count { return mine.devices.count < other.devices.count }
        if mine.cores != other.cores { return comes(mine.cores, before: other.cores) }
        if mine.memory != other.memory { return comes(mine.memory, before: other.memory) }
        if mine.reservation != other.reservation { return comes(mine.reservation, before: other.reservation) }
        let (least, otherLeast) = (mine.devices.memoryAtLeast, other.devices.memoryAtLeast)
        if least != otherLeast { return comes(least, before: otherLeast) }
        let (most, otherMost) = (mine.devices.memoryAtMost, other.devices.memoryAtMost)
        if most != otherMost { return comes(most, before: otherMost) }
        return mine.devices.modelWords.lexicographicallyPrecedes(other.devices.modelWords)
    }

    private static func comes<Amount: Comparable>(_ amount: Amount?, before other: Amount?) -> Bool {
        guard let amount else { return true }
        return other.map { amount < $0 } ?? false
    }
}
