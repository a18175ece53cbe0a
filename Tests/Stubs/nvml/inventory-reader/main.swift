import DeviceInventory

// What the product does under a hidden verb, as a program of its own, so that the tests of the inventory need not
// build the product. An argument says where /proc and /sys are.
InventoryReader.printReading(root: CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "/")
