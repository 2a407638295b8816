using System.Text.RegularExpressions;

namespace Rackboot.Talos;

/// <summary>Names of Talos releases and architectures.</summary>
public static partial class TalosVersion
{
    /// <summary>The architectures of Talos.</summary>
    public static IReadOnlyList<string> Architectures { get; } = ["amd64", "arm64"];

    /// <summary>Whether <paramref name="version"/> is a release, <c>v1.14.0</c> or <c>v1.14.0-beta.1</c>.</summary>
    public static bool IsValid(string version) => version.Length <= 64 && Pattern().IsMatch(version);

    [GeneratedRegex(@"^v\d{1,4}\.\d{1,4}\.\d{1,4}(-[0-9A-Za-z]+([.-][0-9A-Za-z]+)*)?$")]
    private static partial Regex Pattern();
}
