using Rackboot.Talos.Configuration.Fields;
using Rackboot.Talos.Configuration.Values;

namespace Rackboot.Talos.Configuration;

/// <summary>Removes the secrets from a configuration so that it can be shown: the fields of Talos's own Redact methods
/// (v1alpha1_provider.go, and the kinds with secrets).</summary>
public static class SecretRedaction
{
    /// <summary>Replaces a secret.</summary>
    public const string Mark = "***";

    private const string JoinToken = "jointoken=";

    /// <summary>The configuration with <see cref="Mark"/> for every key, token and password.</summary>
    public static MachineConfiguration Redact(MachineConfiguration configuration) => Redact(configuration, _ => Mark);

    /// <summary>The configuration with the result of <paramref name="mark"/> for every key, token and password.</summary>
    internal static MachineConfiguration Redact(MachineConfiguration configuration, Func<string, string> mark) =>
        new(configuration.Documents.Select(d => d with { Root = Redact(d.Root, d.Kind.Name, mark) }));

    private static ConfigStruct Redact(ConfigStruct value, string kind, Func<string, string> mark)
    {
        var values = new Dictionary<string, ConfigValue>(value.Values.Count);
        foreach (var (key, inner) in value.Values)
            values[key] = Redact(inner, value.Type.Find(key)!, kind, mark);
        return new ConfigStruct(value.Type, values, value.Line, value.Column);
    }

    private static ConfigValue Redact(ConfigValue value, Field field, string kind, Func<string, string> mark) => value switch
    {
        ConfigScalar { IsZero: false } or ConfigList when field is { Secret: true, Type.Target.Scalar: not ScalarType.Url } =>
            new ConfigScalar(mark(Text(value)), false),
        ConfigScalar { Parsed: GoUrl url } when field.Secret => new ConfigScalar(WithoutToken(url, mark).ToString(), false),
        ConfigStruct inner => Redact(inner, kind, mark),
        ConfigList list => new ConfigList([.. list.Items.Select(i => i is null ? null : Redact(i, field, kind, mark))], list.Line,
            list.Column),
        ConfigMap map when kind == "KubeEtcdEncryptionConfig" => RedactFree(map, mark),
        ConfigMap map => new ConfigMap(map.Values
            .ToDictionary(e => e.Key, e => e.Value is ConfigStruct s ? Redact(s, kind, mark) : e.Value),
            map.Line, map.Column),
        _ => value,
    };

    // The keys in Kubernetes' encryption configuration are free-form: resources[].providers[].<name>.keys[].secret.
    private static ConfigMap RedactFree(ConfigMap map, Func<string, string> mark) => new(
        map.Values.ToDictionary(e => e.Key, e => e is { Key: "secret", Value: ConfigScalar secret }
            ? new ConfigScalar(mark(secret.Text), false)
            : RedactFree(e.Value, mark)), map.Line, map.Column);

    private static ConfigValue? RedactFree(ConfigValue? value, Func<string, string> mark) => value switch
    {
        ConfigMap map => RedactFree(map, mark),
        ConfigList list => new ConfigList([.. list.Items.Select(i => RedactFree(i, mark))], list.Line, list.Column),
        _ => value,
    };

    private static string Text(ConfigValue value) => value switch
    {
        ConfigScalar scalar => scalar.Text,
        ConfigList list => string.Join('\n', list.Items.Select(i => i is null ? "" : Text(i))),
        _ => "",
    };

    private static GoUrl WithoutToken(GoUrl url, Func<string, string> mark) => url with
    {
        Query = string.Join('&', url.Query.Split('&').Select(p => p.StartsWith(JoinToken, StringComparison.Ordinal)
            ? JoinToken + mark(p[JoinToken.Length..])
            : p)),
        User = url.User is { } user ? mark(user) : null,
    };
}
