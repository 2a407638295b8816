using System.Reflection;
using System.Text.Json;

namespace Rackboot.Contracts.Yaml;

/// <summary>The form of documents: their kinds and the type of each member. It validates files, and the reference pages are generated from
/// it.</summary>
public static class DocumentForm
{
    /// <summary>The kinds of documents, in the order of the reference.</summary>
    public static IReadOnlyDictionary<string, Type> Kinds { get; } = new Dictionary<string, Type>
    {
        ["Machine"] = typeof(Machine), ["Profile"] = typeof(Profile), ["Cluster"] = typeof(Cluster), ["Credential"] = typeof(Credential),
        ["Provider"] = typeof(CloudProvider),
    };

    /// <summary>The members of a group, by their names in a document.</summary>
    public static IReadOnlyDictionary<string, PropertyInfo> MembersOf(Type group) =>
        group.GetProperties(BindingFlags.Public | BindingFlags.Instance).ToDictionary(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name));

    /// <summary>The item type of a list; null if it is not a list.</summary>
    public static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>Whether it is a map of strings with free keys.</summary>
    public static bool IsMap(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>);

    /// <summary>Whether it has members of its own.</summary>
    public static bool IsGroup(Type type) =>
        type is { IsEnum: false, IsPrimitive: false, IsGenericType: false } && type != typeof(string) && type != typeof(DateTimeOffset)
        && type != typeof(decimal);

    /// <summary>The allowed words.</summary>
    public static IEnumerable<string> WordsOf(Type choice) => Enum.GetNames(choice).Select(JsonNamingPolicy.CamelCase.ConvertName);

    /// <summary>The end of the message <c>"x" is not …</c>.</summary>
    internal static string Describe(Type type) =>
        type.IsEnum ? $"allowed; allowed: {string.Join(", ", WordsOf(type))}"
        : type == typeof(string) || type == typeof(DateTimeOffset) ? "a text"
        : type == typeof(bool) ? "true or false"
        : type == typeof(long) || type == typeof(int) ? "a whole number"
        : ItemOf(type) is not null ? "a list, written like [a, b] or with a dash before each item"
        : "a group of members, each on its own line";
}
