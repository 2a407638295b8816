using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rackboot.Lab.Storm.Report;

/// <summary>How a storm went.</summary>
/// <param name="Seconds">From the first power order until the last machine that comes up had reported.</param>
/// <param name="TransferSeconds">What a bare sendfile server takes for the same bytes to the same machines, over the same cable.</param>
/// <param name="GeneratorCpuSeconds">Processor time of the machines and BMCs, which share this host's cores with rackbootd.</param>
/// <param name="Stages">How long each stage took.</param>
internal sealed record StormReport(
    int Machines, string Arrival, int Seed, double Seconds, double MachinesPerHour, double Megabytes, double TransferSeconds,
    int InventoryReported, IReadOnlyList<FaultCount> Faults, IReadOnlyDictionary<string, Percentiles> Stages, DaemonUse Daemon,
    double GeneratorCpuSeconds, int Cores, string Load)
{
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Whether every machine did as its class should.</summary>
    [JsonIgnore]
    public bool IsGood => Faults.All(f => f.Amiss.Count == 0);

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
