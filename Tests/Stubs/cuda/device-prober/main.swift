import DeviceProbe

// What the product does under a hidden verb, as a program of its own, so that the tests of the probe need not build the
// product.
DeviceProbeChild.main(Array(CommandLine.arguments.dropFirst()))
