using System.Reflection;
using System.Text.Json;

namespace Rackboot.Contracts.Yaml;

/// <summary>The form of documents: their kinds, and what each member may be. Files are judged by it, and the reference of documents is
/// made from it.</summary>
public static class DocumentForm
{
    /// <summary>The kinds of documents, in the order in which they are explained.</summary>
    public static IReadOnlyDictionary<string, Type> Kinds { get; } = new Dictionary<string, Type>
    {
        ["Machine"] = typeof(Machine), ["Profile"] = typeof(Profile), ["Cluster"] = typeof(Cluster), ["Credential"] = typeof(Credential),
        ["Provider"] = typeof(CloudProvider),
    };

    /// <summary>The members of a group, by their names in a document.</summary>
    public static IReadOnlyDictionary<string, PropertyInfo> MembersOf(Type group) =>
        group.GetProperties(BindingFlags.Public | BindingFlags.Instance).ToDictionary(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name));

    /// <summary>What a list is of; null for what is no list.</summary>
    public static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>Whether it is a map of texts by keys that the operator chooses.</summary>
    public static bool IsMap(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>);

    /// <summary>Whether it has members of its own.</summary>
    public static bool IsGroup(Type type) =>
        type is { IsEnum: false, IsPrimitive: false, IsGenericType: false } && type != typeof(string) && type != typeof(DateTimeOffset)
        && type != typeof(decimal);

    /// <summary>The words that are allowed.</summary>
    public static IEnumerable<string> WordsOf(Type choice) => Enum.GetNames(choice).Select(JsonNamingPolicy.CamelCase.ConvertName);

    /// <summary>What a value must be, as a message ends: <c>"x" is not …</c>.</summary>
    internal static string Describe(Type type) =>
        type.IsEnum ? $"allowed; allowed: {string.Join(", ", WordsOf(type))}"
        : type == typeof(string) || type == typeof(DateTimeOffset) ? "a text"
        : type == typeof(bool) ? "true or false"
        : type == typeof(long) || type == typeof(int) ? "a whole number"
        : ItemOf(type) is not null ? "a list, written like [a, b] or with a dash before each item"
        : "a group of members, each on its own line";
}
