using System.Globalization;
using System.Reflection;

namespace Rackboot.Daemon;

/// <summary>The build time of a program: an earlier clock is wrong.</summary>
internal static class BuildDate
{
    public static DateTimeOffset? Of(Assembly assembly) =>
        assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "BuildDate")?.Value is { } text
        && DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date : null;
}
