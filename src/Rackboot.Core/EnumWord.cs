namespace Rackboot.Core;

/// <summary>The word for a value of an enumeration: <c>on</c>, <c>network</c>.</summary>
public static class EnumWord
{
    public static string Of(Enum value) => value.ToString().ToLowerInvariant();
}
