import FleetModel
import WireModel

extension PolicyView {
    /// A currency stays when the price alone is given anew.
    func changeElectricity(of policy: inout SchedulingPolicy) throws(Problem) {
        if noElectricityPrice == true { policy.electricity = nil }
        guard electricityPrice != nil || currency != nil else { return }
        let old = policy.electricity
        guard let currency = currency ?? old?.currency else {
            throw .badInput("A price has a currency: `currency` is missing, such as EUR.")
        }
        guard let price = electricityPrice ?? old.map({ Double($0.microsPerKilowattHour) / 1_000_000 }) else {
            throw .badInput("A currency alone says nothing: `electricityPrice` is missing, for a kWh.")
        }
        guard price.isFinite, (0...1_000_000).contains(price) else {
            throw .badInput("The price of a kWh is a number from 0 to 1,000,000.")
        }
        policy.electricity = ElectricityPrice(
            microsPerKilowattHour: Int64((price * 1_000_000).rounded()), currency: currency)
    }
}
