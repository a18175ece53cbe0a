extension KnownModel {
    private static func images(
        _ name: String, millions: Double, products: Double, outputs: Double, side: Int = 224, _ source: String
    ) -> KnownModel {
        KnownModel(
            name: name,
            shape: ModelShape(
                parameters: millions * 1e6,
                kind: .convolution(
                    ModelShape.ConvolutionShape(outputs: outputs * 1e6, products: products * 1e9, side: side))),
            source: source)
    }

    /// Parameters and numbers that convolutions put out in millions, multiplications with additions in 10⁹, for one image of the
    /// side that the network is made for. The counts follow from the published layers.
    static let networksOfImages: [KnownModel] = [
        images("alexnet", millions: 61.1, products: 0.71, outputs: 0.65, "Krizhevsky 2012"),
        images("vgg11", millions: 132.9, products: 7.6, outputs: 7.4, "Simonyan 2014"),
        images("vgg16", millions: 138.4, products: 15.5, outputs: 13.6, "Simonyan 2014"),
        images("vgg19", millions: 143.7, products: 19.6, outputs: 14.9, "Simonyan 2014"),
        images("resnet18", millions: 11.69, products: 1.82, outputs: 2.48, "He 2015"),
        images("resnet34", millions: 21.8, products: 3.67, outputs: 3.74, "He 2015"),
        images("resnet50", millions: 25.56, products: 4.11, outputs: 11.11, "He 2015"),
        images("resnet101", millions: 44.55, products: 7.83, outputs: 16.23, "He 2015"),
        images("resnet152", millions: 60.19, products: 11.56, outputs: 22.56, "He 2015"),
        images("resnext50", millions: 25.03, products: 4.26, outputs: 14.4, "Xie 2016"),
        images("wide-resnet50", millions: 68.88, products: 11.43, outputs: 14.4, "Zagoruyko 2016"),
        images("densenet121", millions: 7.98, products: 2.87, outputs: 6.9, "Huang 2016"),
        images("densenet201", millions: 20.01, products: 4.34, outputs: 7.85, "Huang 2016"),
        images("inception-v3", millions: 23.83, products: 5.73, outputs: 8.97, side: 299, "Szegedy 2015"),
        images("squeezenet", millions: 1.25, products: 0.82, outputs: 2.7, "Iandola 2016"),
        images("mobilenet-v2", millions: 3.5, products: 0.32, outputs: 6.68, "Sandler 2018"),
        images("mobilenet-v3-large", millions: 5.48, products: 0.23, outputs: 4.4, "Howard 2019"),
        images("efficientnet-b0", millions: 5.29, products: 0.4, outputs: 6.75, "Tan 2019"),
        images("efficientnet-b3", millions: 12.23, products: 1.87, outputs: 23.8, side: 300, "Tan 2019"),
        images("efficientnet-b4", millions: 19.34, products: 4.51, outputs: 49.5, side: 380, "Tan 2019"),
        images("efficientnet-b7", millions: 66.35, products: 38.3, outputs: 289.9, side: 600, "Tan 2019"),
        images("convnext-tiny", millions: 28.59, products: 4.47, outputs: 13.44, "Liu 2022"),
        images("convnext-base", millions: 88.59, products: 15.38, outputs: 28.75, "Liu 2022"),
        images("unet", millions: 31.04, products: 54.7, outputs: 98, side: 256, "Ronneberger 2015"),
        images("ssd300", millions: 35.6, products: 31.4, outputs: 26.6, side: 300, "Liu 2015"),
        images("yolov5s", millions: 7.2, products: 8.2, outputs: 30, side: 640, "Ultralytics YOLOv5"),
    ]
}
