using System.Text.Json.Serialization;

namespace Rackboot.Cloud.OpenStack;

internal sealed record KeystoneRequest(KeystoneAuth Auth);

internal sealed record KeystoneAuth(KeystoneIdentity Identity);

internal sealed record KeystoneIdentity(IReadOnlyList<string> Methods, KeystoneCredential ApplicationCredential);

internal sealed record KeystoneCredential(string Id, string Secret);

internal sealed record NovaOrder(NovaServer Server);

internal sealed record NovaServer
{
    public required string Name { get; init; }

    [JsonPropertyName("flavorRef")]
    public required string FlavorRef { get; init; }

    [JsonPropertyName("imageRef")]
    public required string ImageRef { get; init; }

    /// <summary>Of these one is there.</summary>
    [JsonIgnore]
    public string? Network { get; init; }

    [JsonPropertyName("networks")]
    public object Networks => Network is { } id ? new NovaNetwork[] { new(id) } : "auto";
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

internal sealed record NovaNetwork(string Uuid);

internal sealed record NovaReboot(NovaRebootType Reboot);

internal sealed record NovaRebootType(string Type);

internal sealed record NovaRebuild(NovaRebuildImage Rebuild);

internal sealed record NovaRebuildImage([property: JsonPropertyName("imageRef")] string ImageRef);

internal sealed record NovaConsole(NovaConsoleKind RemoteConsole);

internal sealed record NovaConsoleKind(string Protocol, string Type);

internal sealed record GlanceImage(string Name, string DiskFormat, string ContainerFormat);

internal sealed record GlanceImport(GlanceMethod Method);

internal sealed record GlanceMethod(string Name, string Uri);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeystoneRequest))]
[JsonSerializable(typeof(NovaOrder))]
[JsonSerializable(typeof(NovaNetwork[]))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(NovaReboot))]
[JsonSerializable(typeof(NovaRebuild))]
[JsonSerializable(typeof(NovaConsole))]
[JsonSerializable(typeof(GlanceImage))]
[JsonSerializable(typeof(GlanceImport))]
[JsonSerializable(typeof(Dictionary<string, string?>))]
internal sealed partial class OpenStackRequests : JsonSerializerContext;
