using System.Text.Json;
using System.Text.Json.Nodes;
using Rackboot.Contracts;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.EventEmitters;

namespace Rackboot.Cli.Output;

/// <summary>Prints documents as JSON or YAML, as the API returns them. The YAML can be applied again.</summary>
public static class Documents
{
    private static readonly JsonSerializerOptions Indented = new(Document.Json) { WriteIndented = true };

    // Takes a few milliseconds to build.
    private static readonly ISerializer Yaml = new SerializerBuilder().WithQuotingNecessaryStrings().WithIndentedSequences()
        .WithEventEmitter(next => new ControlCharactersEscaped(next)).Build();

    public static void Write<T>(TextWriter output, OutputFormat format, T document)
    {
        if (format == OutputFormat.Json)
            output.WriteLine(JsonSerializer.Serialize(document, Indented));
        else
            output.Write(Yaml.Serialize(Plain(JsonSerializer.SerializeToNode(document, Document.Json)) ?? ""));
    }

    private static object? Plain(JsonNode? node) => node switch
    {
        JsonObject members => members.Where(m => m.Value is not null).ToDictionary(m => m.Key, m => Plain(m.Value)),
        JsonArray items => items.Select(Plain).ToList(),
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => value.TryGetValue<long>(out var number) ? number : value.GetValue<double>(),
        },
        _ => null,
    };

    // Only the double-quoted style has escapes for them (YAML 1.2 §5.7).
    private sealed class ControlCharactersEscaped(IEventEmitter next) : ChainedEventEmitter(next)
    {
        public override void Emit(ScalarEventInfo eventInfo, IEmitter emitter)
        {
            if (eventInfo.Source.Value is string text && text.Any(char.IsControl))
                eventInfo.Style = ScalarStyle.DoubleQuoted;
            base.Emit(eventInfo, emitter);
        }
    }
}
