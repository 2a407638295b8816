using System.Text.Json.Serialization;

namespace Rackboot.Cloud.Ironic;

internal sealed record IronicAllocation(string Name, string ResourceClass);

/// <summary>RFC 6902.</summary>
internal sealed record IronicPatch(string Path, string Value, string Op = "add");

internal sealed record IronicTarget(string Target);

internal sealed record IronicConsole(bool Enabled);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IronicAllocation))]
[JsonSerializable(typeof(IReadOnlyList<IronicPatch>))]
[JsonSerializable(typeof(IronicTarget))]
[JsonSerializable(typeof(IronicConsole))]
internal sealed partial class IronicRequests : JsonSerializerContext;
