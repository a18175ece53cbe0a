import DeviceInventory

// What the product does under hidden verbs, as a program of its own, so that the tests of the inventory need not build the
// product. The first argument says where /proc and /sys are, a second one that devices are to be watched.
let root = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "/"
if CommandLine.arguments.count > 2 { DeviceWatchChild.run(root: root) }
InventoryReader.printReading(root: root)
