using System.Text.Json.Nodes;

namespace Rackboot.Redfish.Tests.Server;

/// <summary>Spoils resources as other vendors' might be: properties that are missing, null, of another type, or nonsense.</summary>
internal sealed class Garbler(int seed, double share)
{
    private static readonly Func<JsonNode?>[] Nonsense =
    [
        () => null, () => "", () => "nonsense", () => -1, () => 1e300, () => true, () => new JsonArray(), () => new JsonObject(),
        () => new JsonArray(null, 1, "x", new JsonObject(), new JsonArray()), () => "/redfish/v1/nowhere",
        () => new JsonObject { ["@odata.id"] = 7 },
        () => new string('x', 5000), () => "0000-00-00T00:00:00Z", () => "\u0000\u001b[2J",
    ];

    private readonly Random _random = new(seed);

    public void Spoil(JsonObject resource)
    {
        foreach (var name in resource.Select(p => p.Key).ToList())
            if (_random.NextDouble() < share / 3)
                resource.Remove(name);
            else if (_random.NextDouble() < share)
                resource[name] = Nonsense[_random.Next(Nonsense.Length)]();
            else if (resource[name] is JsonObject child)
                Spoil(child);
            else if (resource[name] is JsonArray array)
                foreach (var item in array.OfType<JsonObject>())
                    Spoil(item);
    }
}
