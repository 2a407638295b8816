using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>Sensors of the resources Thermal and Power, which Redfish 2020.4 replaced and most BMCs still have.</summary>
internal static class OldSensors
{
    public static IEnumerable<RedfishSensorReading> OfThermal(JsonElement thermal, string chassis)
    {
        foreach (var sensor in thermal.Items("Temperatures").Where(IsPresent))
            yield return Reading(sensor, RedfishSensorKind.Temperature, sensor.Number("ReadingCelsius"), "Cel", chassis);
        foreach (var fan in thermal.Items("Fans").Where(IsPresent))
        {
            var unit = fan.Text("ReadingUnits") ?? fan.Text("Units"); // Units and CurrentReading: Thermal before 1.0.1
            yield return Reading(
                fan, RedfishSensorKind.Fan, fan.Number("Reading") ?? fan.Number("CurrentReading"), unit == "Percent" ? "%" : unit, chassis);
        }
    }

    public static IEnumerable<RedfishSensorReading> OfPower(JsonElement power, string chassis)
    {
        foreach (var sensor in power.Items("Voltages").Where(IsPresent))
            yield return Reading(sensor, RedfishSensorKind.Voltage, sensor.Number("ReadingVolts"), "V", chassis);
        foreach (var supply in power.Items("PowerSupplies").Where(IsPresent))
        {
            var watts = supply.Number("PowerInputWatts") ?? supply.Number("PowerOutputWatts") ?? LastOutput(supply);
            yield return Reading(supply, RedfishSensorKind.Power, watts, "W", chassis);
        }
    }

    // iDRAC 8 writes what the supply could give.
    private static double? LastOutput(JsonElement supply) =>
        supply.Number("LastPowerOutputWatts") is { } watts && watts != supply.Number("PowerCapacityWatts") ? watts : null;

    /// <summary>Null for 0 too: boards without a meter write that.</summary>
    public static double? Consumption(JsonElement power) =>
        power.Items("PowerControl").Select(c => c.Number("PowerConsumedWatts")).FirstOrDefault(w => w is > 0);

    private static bool IsPresent(JsonElement sensor) => sensor.ValueKind == JsonValueKind.Object && !Health.IsAbsent(sensor);

    private static RedfishSensorReading Reading(
        JsonElement sensor, RedfishSensorKind kind, double? value, string? unit, string chassis) => new(
        sensor.Text("Name") ?? sensor.Text("FanName") ?? sensor.Text("MemberId") ?? kind.ToString(), kind, value, unit, Health.Of(sensor),
        sensor.Number("LowerThresholdCritical"), sensor.Number("UpperThresholdCritical"), chassis);
}
