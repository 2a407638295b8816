using System.Globalization;
using System.Reflection;

namespace Rackboot.Daemon;

/// <summary>When a program was built: a clock that says less is wrong.</summary>
internal static class BuildDate
{
    public static DateTimeOffset? Of(Assembly assembly) =>
        assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "BuildDate")?.Value is { } text
        && DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date : null;
}
