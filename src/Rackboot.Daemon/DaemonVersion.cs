using System.Reflection;

namespace Rackboot.Daemon;

/// <summary>The version of this program.</summary>
internal static class DaemonVersion
{
    /// <summary>Without the commit that it was built from.</summary>
    public static string Text { get; } = typeof(DaemonVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
        .InformationalVersion.Split('+')[0] ?? "";
}
