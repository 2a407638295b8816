using Rackboot.Talos.Configuration.Fields;
using Rackboot.Talos.Configuration.Values;

namespace Rackboot.Talos.Configuration;

/// <summary>Takes the secrets out of a configuration, so that it can be shown: what Talos's own Redact methods take out
/// (v1alpha1_provider.go, and the kinds with secrets).</summary>
public static class SecretRedaction
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Mark = "***";

    private const string JoinToken = "jointoken=";

    /// <summary>The configuration with <see cref="Mark"/> for every key, token and password that is set.</summary>
    public static MachineConfiguration Redact(MachineConfiguration configuration) =>
        new(configuration.Documents.Select(d => d with { Root = Redact(d.Root, d.Kind.Name) }));

    private static ConfigStruct Redact(ConfigStruct value, string kind)
    {
        var values = new Dictionary<string, ConfigValue>(value.Values.Count);
        foreach (var (key, inner) in value.Values)
            values[key] = Redact(inner, value.Type.Find(key)!, kind);
        return new ConfigStruct(value.Type, values, value.Line, value.Column);
    }

    private static ConfigValue Redact(ConfigValue value, Field field, string kind) => value switch
    {
        ConfigScalar { IsZero: false } or ConfigList when field is { Secret: true, Type.Target.Scalar: not ScalarType.Url } =>
            new ConfigScalar(Mark, false),
        ConfigScalar { Parsed: GoUrl url } when field.Secret => new ConfigScalar(WithoutToken(url).ToString(), false),
        ConfigStruct inner => Redact(inner, kind),
        ConfigList list => new ConfigList([.. list.Items.Select(i => i is null ? null : Redact(i, field, kind))], list.Line, list.Column),
        ConfigMap map when kind == "KubeEtcdEncryptionConfig" => RedactFree(map),
        ConfigMap map => new ConfigMap(map.Values.ToDictionary(e => e.Key, e => e.Value is ConfigStruct s ? Redact(s, kind) : e.Value),
            map.Line, map.Column),
        _ => value,
    };

    // The keys of an encryption configuration of Kubernetes are free-form: resources[].providers[].<name>.keys[].secret.
    private static ConfigMap RedactFree(ConfigMap map) => new(
        map.Values.ToDictionary(e => e.Key, e => e.Key == "secret" && e.Value is ConfigScalar ? new ConfigScalar(Mark, false)
            : RedactFree(e.Value)), map.Line, map.Column);

    private static ConfigValue? RedactFree(ConfigValue? value) => value switch
    {
        ConfigMap map => RedactFree(map),
        ConfigList list => new ConfigList([.. list.Items.Select(RedactFree)], list.Line, list.Column),
        _ => value,
    };

    private static GoUrl WithoutToken(GoUrl url) => url with
    {
        Query = string.Join('&', url.Query.Split('&').Select(p => p.StartsWith(JoinToken, StringComparison.Ordinal) ? JoinToken + Mark
            : p)),
        User = url.User is null ? null : Mark,
    };
}
