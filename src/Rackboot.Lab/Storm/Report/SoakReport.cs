using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rackboot.Lab.Storm.Report;

/// <summary>How a soak went.</summary>
/// <param name="FirstAttempts">Boots that reported without a second attempt or a wait.</param>
/// <param name="Samples">One before the first round, and one after each.</param>
/// <param name="Amiss">The first boots that did not go as they should.</param>
internal sealed record SoakReport(
    int Machines, int Boots, int Reported, int FirstAttempts, IReadOnlyList<SoakSample> Samples, IReadOnlyList<string> Amiss, string Load)
{
    private const int Shown = 12;

    /// <summary>Whether every boot reported at its first attempt.</summary>
    [JsonIgnore]
    public bool IsGood => FirstAttempts == Boots;

    public string ToJson() => JsonSerializer.Serialize(this, StormReport.Json);

    public override string ToString()
    {
        var shown = Samples.Where((_, i) => i % Math.Max(1, (Samples.Count + Shown - 1) / Shown) == 0).Append(Samples[^1]).Distinct();
        var lines = shown.Select(s => $"{s}").Concat(Amiss)
            .Append($"{Reported} of {Boots} boots reported, {FirstAttempts} at the first attempt; load {Load}");
        return string.Join(Environment.NewLine, lines);
    }
}
