namespace Rackboot.Redfish;

/// <summary>Temperatures, fans, voltages and power of every chassis.</summary>
public sealed class RedfishSensors
{
    private readonly RedfishConnection _connection;
    private readonly RedfishPlaces _places;

    internal RedfishSensors(RedfishConnection connection, RedfishPlaces places) => (_connection, _places) = (connection, places);

    /// <summary>
    /// Reads everything. The old resources Thermal and Power hold all in two answers and are taken where both are there; else Sensors,
    /// which newer services have alone.
    /// </summary>
    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<RedfishSensorReport> ReadAsync(CancellationToken cancellation = default)
    {
        var sensors = new List<RedfishSensorReading>();
        double? watts = null;
        foreach (var chassis in await _places.OwnChassisAsync(cancellation).ConfigureAwait(false))
        {
            var thermal = await _connection.FindAsync(chassis.Body.Link("Thermal"), cancellation).ConfigureAwait(false);
            var power = await _connection.FindAsync(chassis.Body.Link("Power"), cancellation).ConfigureAwait(false);
            if (thermal is null || power is null)
            {
                var modern = await ModernAsync(chassis, cancellation).ConfigureAwait(false);
                sensors.AddRange(modern);
                if (modern.Count > 0)
                    thermal = null; // the same sensors again
            }

            if (thermal is not null)
                sensors.AddRange(OldSensors.OfThermal(thermal.Body, chassis.Id));
            if (power is not null)
                sensors.AddRange(OldSensors.OfPower(power.Body, chassis.Id));
            var drawn = OldSensors.Consumption(power?.Body ?? default)
                ?? await ModernConsumptionAsync(chassis, cancellation).ConfigureAwait(false);
            // the whole is the chassis that draws most; trays are parts of it
            watts = drawn is { } w && (watts is not { } known || w > known) ? w : watts;
        }

        return new RedfishSensorReport([.. sensors.DistinctBy(s => (s.ChassisId, s.Name, s.Kind))], watts);
    }

    private async Task<List<RedfishSensorReading>> ModernAsync(RedfishMember chassis, CancellationToken cancellation)
    {
        var sensors = await _places.Collection.ReadAsync(chassis.Body.Link("Sensors"), cancellation).ConfigureAwait(false);
        return [.. sensors.Where(s => !Health.IsAbsent(s.Body)).Select(s => Modern(s, chassis.Id))];
    }

    private static RedfishSensorReading Modern(RedfishMember s, string chassis)
    {
        var (b, thresholds) = (s.Body, s.Body.Child("Thresholds"));
        return new RedfishSensorReading(
            b.Text("Name") ?? s.Id, KindOf(b.Text("ReadingType"), b.Text("ReadingUnits")), b.Number("Reading"), b.Text("ReadingUnits"),
            Health.Of(b),
            thresholds.Child("LowerCritical").Number("Reading"), thresholds.Child("UpperCritical").Number("Reading"), chassis);
    }

    private async Task<double?> ModernConsumptionAsync(RedfishMember chassis, CancellationToken cancellation) =>
        (await _connection.FindAsync(chassis.Body.Link("EnvironmentMetrics"), cancellation).ConfigureAwait(false))?.Body.Child("PowerWatts")
            .Number("Reading");

    // Sensor schema, ReadingType; services that leave it out still have the unit (UCUM).
    private static RedfishSensorKind KindOf(string? type, string? unit) => (type, unit) switch
    {
        ("Temperature", _) or (null, "Cel") => RedfishSensorKind.Temperature,
        ("Rotational", _) or (null, "RPM" or "{rev}/min") => RedfishSensorKind.Fan,
        ("Voltage", _) or (null, "V") => RedfishSensorKind.Voltage,
        ("Current", _) or (null, "A") => RedfishSensorKind.Current,
        ("Power", _) or (null, "W") => RedfishSensorKind.Power,
        _ => RedfishSensorKind.Other,
    };
}
