package import FleetModel

/// The data sets that there are now; asked at each request and at each launch.
package protocol DataCatalog: Sendable {
    /// In order of their names.
    var dataSets: [DataSet] { get }
    /// nil: there is none of this name.
    func dataSet(_ name: String) -> DataSet?
}
