using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rackboot.Contracts;

/// <summary>The common fields of all documents that operators apply.</summary>
public interface IDocument
{
    string ApiVersion { get; }
    string Kind { get; }
    string Name { get; }
}

public static class Document
{
    public const string ApiVersion = "v1alpha1";

    /// <summary>The JSON form of documents: camel case, enums by name, no null members, no unknown members.</summary>
    public static JsonSerializerOptions Json { get; } = Create();

    /// <summary>Gives <paramref name="options"/> the settings of <see cref="Json"/>.</summary>
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

/// <summary>A list in an API answer, or a page of one.</summary>
/// <param name="Continue">Token for the next page: repeat the request with it as <c>?continue=</c>. None on the last page.</param>
/// <param name="Items">The items.</param>
public sealed record ItemList<T>(IReadOnlyList<T> Items, string? Continue = null);
