using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rackboot.Contracts;

/// <summary>What all documents that an operator applies have in common.</summary>
public interface IDocument
{
    string ApiVersion { get; }
    string Kind { get; }
    string Name { get; }
}

public static class Document
{
    public const string ApiVersion = "v1alpha1";

    /// <summary>How documents look as JSON: camel case, enums by name, nothing that is null, no member that is not known.</summary>
    public static JsonSerializerOptions Json { get; } = Create();

    /// <summary>Gives <paramref name="options"/> the shape of <see cref="Json"/>.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.RespectNullableAnnotations = true;
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.Strict };
        Configure(options);
        return options;
    }
}

/// <summary>A list as the API answers it, or a part of one.</summary>
/// <param name="Continue">There is more: ask again with this as <c>?continue=</c>. None at the end.</param>
/// <param name="Items">The items.</param>
public sealed record ItemList<T>(IReadOnlyList<T> Items, string? Continue = null);
