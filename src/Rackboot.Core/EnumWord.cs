namespace Rackboot.Core;

/// <summary>How a value of an enumeration is written to people: <c>on</c>, <c>network</c>.</summary>
public static class EnumWord
{
    public static string Of(Enum value) => value.ToString().ToLowerInvariant();
}
