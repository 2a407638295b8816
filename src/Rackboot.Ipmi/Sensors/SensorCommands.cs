using Rackboot.Ipmi.Commands;

namespace Rackboot.Ipmi;

/// <summary>Reading sensors (IPMI 2.0 chapter 35). Each throws <see cref="IpmiException"/> if the BMC does not answer.</summary>
public static class SensorCommands
{
    /// <summary>
    /// Get Sensor Reading (§35.14). A sensor that has no reading is an answer, not an exception. For a non-linear sensor its factors for
    /// this reading are asked for too (§35.5).
    /// </summary>
    public static async Task<SensorReading> ReadSensorAsync(this IIpmiChannel channel, SensorRecord sensor, CancellationToken cancellation)
    {
        if (!sensor.IsReadable)
            return SensorReading.Without(sensor, SensorAvailability.NotReadable);
        var command = CommandTable.GetSensorReading with { Lun = sensor.OwnerLun };
        var response = await command.SendAsync(channel, new[] { sensor.Number }, cancellation).ConfigureAwait(false);
        if (response.CompletionCode is CompletionCodes.NotPresent or 0xCD or CompletionCodes.NotInThisState)
            return SensorReading.Without(sensor, SensorAvailability.Absent);
        if (!response.Succeeded)
            throw command.Refusal(response.CompletionCode);
        if (response.Data.Length < 2)
            throw command.BadAnswer($"needs 3 bytes, got {response.Data.Length}");
        var conversion = await ConversionAsync(channel, sensor, response.Data.Span[0], cancellation).ConfigureAwait(false);
        return SensorReading.Read(sensor, response.Data.Span, conversion);
    }

    /// <summary>Reads sensors one after the other. One that is refused is <see cref="SensorAvailability.Absent"/>: the others still
    /// count.</summary>
    public static async Task<IReadOnlyList<SensorReading>> ReadSensorsAsync(
        this IIpmiChannel channel, IEnumerable<SensorRecord> sensors, CancellationToken cancellation)
    {
        var readings = new List<SensorReading>();
        foreach (var sensor in sensors)
        {
            try
            {
                readings.Add(await channel.ReadSensorAsync(sensor, cancellation).ConfigureAwait(false));
            }
            catch (IpmiException refused) when (refused.Failure is IpmiFailure.Refused or IpmiFailure.BadAnswer)
            {
                readings.Add(SensorReading.Without(sensor, SensorAvailability.Absent));
            }
        }

        return readings;
    }

    /// <summary>Get Sensor Thresholds (§35.9): the present ones, which may differ from those of the record.</summary>
    public static async Task<SensorThresholds> GetThresholdsAsync(
        this IIpmiChannel channel, SensorRecord sensor, CancellationToken cancellation)
    {
        if (sensor is not { Conversion: { } conversion, HasThresholds: true, IsReadable: true })
            return SensorThresholds.None;
        var command = CommandTable.GetSensorThresholds with { Lun = sensor.OwnerLun };
        var answer = await command.AskAsync(channel, new[] { sensor.Number }, cancellation, least: 7).ConfigureAwait(false);
        if (conversion.Linearization == Linearization.NonLinear)
            return await NonLinearThresholdsAsync(channel, sensor, answer, cancellation).ConfigureAwait(false);
        return SensorThresholds.Read(answer.Span[0], answer.Span[1..7], conversion);
    }

    // Each threshold has factors of its own; one request a threshold that can be read.
    private static async Task<SensorThresholds> NonLinearThresholdsAsync(
        IIpmiChannel channel, SensorRecord sensor, ReadOnlyMemory<byte> answer, CancellationToken cancellation)
    {
        var thresholds = SensorThresholds.None;
        for (var i = 0; i < 6; i++)
        {
            if ((answer.Span[0] >> i & 1) == 0
                || await ConversionAsync(channel, sensor, answer.Span[1 + i], cancellation).ConfigureAwait(false) is not { } own)
                continue;
            var one = SensorThresholds.Read(1 << i, answer.Span[1..7], own);
            thresholds = new SensorThresholds
            {
                LowerNonCritical = one.LowerNonCritical ?? thresholds.LowerNonCritical,
                LowerCritical = one.LowerCritical ?? thresholds.LowerCritical,
                LowerNonRecoverable = one.LowerNonRecoverable ?? thresholds.LowerNonRecoverable,
                UpperNonCritical = one.UpperNonCritical ?? thresholds.UpperNonCritical,
                UpperCritical = one.UpperCritical ?? thresholds.UpperCritical,
                UpperNonRecoverable = one.UpperNonRecoverable ?? thresholds.UpperNonRecoverable,
            };
        }

        return thresholds;
    }

    private static async ValueTask<SensorConversion?> ConversionAsync(
        IIpmiChannel channel, SensorRecord sensor, byte raw, CancellationToken cancellation)
    {
        if (sensor.Conversion is not { Linearization: Linearization.NonLinear } conversion)
            return sensor.Conversion;
        var command = CommandTable.GetSensorReadingFactors with { Lun = sensor.OwnerLun };
        var response = await command.SendAsync(channel, new[] { sensor.Number, raw }, cancellation).ConfigureAwait(false);

        // Without its factors the raw byte is no number.
        return response is { Succeeded: true, Data.Length: >= 7 } ? conversion.With(response.Data.Span[1..7]) : null;
    }
}
